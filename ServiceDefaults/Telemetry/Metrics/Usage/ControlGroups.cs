namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>Where Linux keeps the limits of the groups this process is in, and of those around them.</summary>
/// <param name="root">Where /proc and /sys are.</param>
internal sealed class ControlGroups(string root)
{
    private const string Groups = "sys/fs/cgroup";

    /// <summary>Folders that may hold the files of a controller, such as <c>cpu</c> or <c>memory</c>.</summary>
    public IEnumerable<string> Folders(string controller)
    {
        foreach (var line in ProcFile.Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            // "0::/system.slice/mcp.service" (version 2) or "4:cpu,cpuacct:/system.slice/mcp.service" (version 1)
            var parts = line.Split(':', 3);
            string[] mounts = parts is ["0", "", _] ? [Groups, $"{Groups}/unified"]
                : parts.Length == 3 && parts[1].Split(',').Contains(controller) ? [$"{Groups}/{controller}"]
                : [];
            foreach (var folder in mounts.SelectMany(mount => Around(mount, parts[2])))
            {
                yield return folder;
            }
        }
    }

    /// <summary>A group and those it is in. A container often sees its own group as the root, so those not there are no error.</summary>
    private IEnumerable<string> Around(string mount, string group)
    {
        var folder = Path.Combine(root, mount);
        yield return folder;
        foreach (var name in group.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = Path.Combine(folder, name);
            yield return folder;
        }
    }
}
