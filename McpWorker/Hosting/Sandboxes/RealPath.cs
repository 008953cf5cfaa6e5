namespace McpWorker.Hosting.Sandboxes;

/// <summary>Paths without links: a mount goes where a path really leads.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Null when there is nothing, or it cannot be seen.</summary>
    public static string? Of(string path)
    {
        var links = 0;
        var open = new Stack<string>(Parts(Path.GetFullPath(path)));
        var real = "/";
        try
        {
            while (open.TryPop(out var part))
            {
                var next = Path.Combine(real, part);
                var target = new FileInfo(next).LinkTarget ?? new DirectoryInfo(next).LinkTarget;
                if (target is null)
                {
                    real = next;
                    continue;
                }

                if (++links > MostLinks)
                {
                    return null;
                }

                var absolute = Path.GetFullPath(target, real);
                real = "/";
                foreach (var step in Parts(absolute))
                {
                    open.Push(step);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return Path.Exists(real) ? real : null;
    }

    public static bool IsBelow(string path, string folder) =>
        folder == "/" || path == folder || (path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length] == '/');

    /// <summary>Last part first, as a stack takes them.</summary>
    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse();
}
