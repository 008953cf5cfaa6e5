using System.Globalization;
using McpWorker.Servers;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>
/// The file system a server in bubblewrap sees, as bubblewrap's options: the machine's root to read, less what is hidden, plus
/// what its definition names. Of two that lie in each other the deeper wins.
/// </summary>
internal static class Mounts
{
    public const string Home = "/tmp/home";
    public const string Temp = "/tmp";
    public const string Work = "/tmp/work";

    private const string SharedMemory = "/dev/shm";
    private const int SharedMemoryBytes = 64 * 1024 * 1024;

    /// <summary>Where the resolver's file may lead: names are looked up with it.</summary>
    private static readonly string[] Resolvers = ["/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager"];

    public static IEnumerable<string> Of(HostedServerDefinition server, IReadOnlyList<string> hidden, IReadOnlyList<string> shown, IReadOnlyList<string> writable)
    {
        var places = new Dictionary<string, Mount>(StringComparer.Ordinal);
        foreach (var path in hidden)
        {
            places[path] = Mount.Nothing;
        }

        foreach (var path in server.Network ? shown.Concat(Resolvers.Where(Directory.Exists)) : shown)
        {
            places[path] = Mount.ReadOnly;
        }

        foreach (var path in writable)
        {
            places[path] = Mount.Writable;
        }

        var ordered = places.OrderBy(place => place.Key.Count(character => character == '/')).ThenBy(place => place.Key, StringComparer.Ordinal).ToList();
        var bytes = server.MemoryMiB * 1024L * 1024L;
        List<string> options = ["--ro-bind", "/", "/", "--dev", "/dev", .. Memory(SharedMemory, SharedMemoryBytes), "--remount-ro", "/dev", "--proc", "/proc"];
        var empty = new List<string>();
        foreach (var (path, mount) in ordered)
        {
            if (path == Temp)
            {
                options.AddRange([.. Memory(Temp, bytes), "--perms", "0777", "--dir", Home, "--perms", "0777", "--dir", Work]);
            }
            else if (mount == Mount.Nothing && Directory.Exists(path))
            {
                if (IsSeen(path, ordered))
                {
                    options.AddRange(["--perms", "0755", "--tmpfs", path]);
                    empty.Add(path);
                }
            }
            else if (mount == Mount.Nothing)
            {
                options.AddRange(IsSeen(path, ordered) ? ["--ro-bind", "/dev/null", path] : []);
            }
            else if (mount == Mount.Writable || !IsSeen(path, ordered))
            {
                options.AddRange([.. Way(path, ordered), mount == Mount.Writable ? "--bind" : "--ro-bind", path, path]);
            }
        }

        // Only now: what is shown below them had to be mounted first.
        return options.Concat(empty.SelectMany(path => (string[])["--remount-ro", path]));
    }

    /// <summary>The nearest place around a path decides whether it is there already; without any, the root shows it.</summary>
    private static bool IsSeen(string path, List<KeyValuePair<string, Mount>> places)
    {
        var around = places.Where(place => place.Key != path && RealPath.IsBelow(path, place.Key)).ToList();
        return around.Count == 0 || around.MaxBy(place => place.Key.Length).Value != Mount.Nothing;
    }

    /// <summary>The folders between a hidden one and what is shown in it: bubblewrap would make them for their owner alone, who is not the server.</summary>
    private static IEnumerable<string> Way(string path, List<KeyValuePair<string, Mount>> places)
    {
        var ways = new Stack<string>();
        for (var folder = Path.GetDirectoryName(path)!; folder != "/" && !places.Exists(place => place.Key == folder) && !IsSeen(folder, places); folder = Path.GetDirectoryName(folder)!)
        {
            ways.Push(folder);
        }

        return ways.SelectMany(way => (string[])["--perms", "0755", "--dir", way]);
    }

    private static string[] Memory(string path, long bytes) =>
        ["--perms", "1777", "--size", bytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", path];

    private enum Mount
    {
        Nothing,
        ReadOnly,
        Writable,
    }
}
