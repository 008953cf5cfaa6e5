using McpWorker.Servers;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>What a server must see though it lies where things are hidden: what its definition names, and the installation around it.</summary>
internal static class ShownPaths
{
    private const string Modules = "node_modules";

    private static readonly string[] Projects = ["package.json", "pyproject.toml"];

    public static IReadOnlyList<string> Of(HostedServerDefinition server, string command, string path) =>
    [
        .. new[] { command }.Concat(server.Args.Where(argument => Path.IsPathRooted(argument) && Path.Exists(argument))).SelectMany(Around)
            .Concat(path.Split(':').Where(Path.IsPathRooted).SelectMany(Programs))
            .Append(server.Cwd).Concat(server.Readable)
            .OfType<string>()
            .Select(RealPath.Of).OfType<string>()
            .Where(found => found != "/")
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>A link and what it leads to, each with what it needs beside it.</summary>
    private static IEnumerable<string> Around(string path)
    {
        foreach (var place in new[] { path, RealPath.Of(path) }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            yield return Directory.Exists(place) ? place : Installation(place);
            foreach (var library in Programs(Path.GetDirectoryName(place)!))
            {
                yield return library;
            }
        }
    }

    /// <summary>The outermost node_modules a file is in; else the project it belongs to; else the file alone, for a home folder holds more than a script.</summary>
    private static string Installation(string file)
    {
        var modules = file.IndexOf($"/{Modules}/", StringComparison.Ordinal);
        if (modules >= 0)
        {
            return file[..(modules + 1 + Modules.Length)];
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        for (var folder = Path.GetDirectoryName(file); folder is not null && folder != "/" && folder != home; folder = Path.GetDirectoryName(folder))
        {
            if (Array.Exists(Projects, project => File.Exists(Path.Combine(folder, project))))
            {
                return folder;
            }
        }

        return file;
    }

    /// <summary>A folder of programs, and their libraries: <c>bin</c> with the <c>lib</c> beside it.</summary>
    private static string[] Programs(string folder) =>
        Path.GetFileName(folder) == "bin" ? [folder, Path.Combine(Path.GetDirectoryName(folder)!, "lib")] : [];
}
