using System.Globalization;
using McpWorker.Hosting.Processes;
using McpWorker.Servers;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>No sandbox. The server runs as the worker's user, without new privileges and capabilities, and ends with the worker where Linux can see to it.</summary>
internal sealed class BareSandbox(PrivateFolders folders) : ISandbox
{
    private const string Mark = "MCP_HOSTED_INSTANCE";

    public SandboxKind Kind => SandboxKind.None;

    public Task<string?> ObstacleAsync() => Task.FromResult<string?>(null);

    public Task<SandboxedStart> PrepareAsync(HostedServerDefinition server, int instance, string command)
    {
        var folder = folders.Make(owner: null);
        IReadOnlyList<string> line = [.. OperatingSystem.IsLinux() ? Harmless(server) : [], command, .. server.Args];
        var id = Guid.NewGuid().ToString("N");
        var marks = new Dictionary<string, string>(StringComparer.Ordinal) { [Mark] = id };
        return Task.FromResult<SandboxedStart>(new Start(line, folder, server.Cwd ?? folder.Work, id) { Marks = marks });
    }

    private static IEnumerable<string> Harmless(HostedServerDefinition server) =>
    [
        "setsid", "prlimit", string.Create(CultureInfo.InvariantCulture, $"--nofile={server.MaxOpenFiles}"),
        "setpriv", "--no-new-privs", "--pdeathsig", "KILL", .. Environment.IsPrivilegedProcess ? Privileges.None : [], "--",
    ];

    private sealed record Start(IReadOnlyList<string> Line, PrivateFolder Private, string Folder, string Id)
        : SandboxedStart(Line, Private.Home, Private.Temp, Folder)
    {
        public override HostedTree Tree(int root) => new BareTree(root, Id);

        public override WatchedBy? Watched(int root) => OperatingSystem.IsLinux() ? WatchedBy.Session(root, Id) : null;

        public override void Clear() => Private.Delete();
    }

    /// <summary>
    /// Descendants of the first process, and orphans: those of its session or with its mark, and those that put off their mark,
    /// for no honest server does.
    /// </summary>
    private sealed class BareTree(int root, string id) : HostedTree(root)
    {
        private readonly long _started = ProcessTable.Started(root) ?? 0;

        protected override IEnumerable<ProcessEntry> Own(ProcessTable table) =>
            FromRoot(table).Concat(Orphans.Of(table).Where(IsMine).SelectMany(orphan => table.Descendants(orphan.Id).Append(orphan)));

        private bool IsMine(ProcessEntry orphan) =>
            orphan.Session == Root
            || (ProcessFile.Variable(orphan.Id, Mark) is { } mark
                ? mark == id
                : orphan.Started >= _started && ProcessFile.User(orphan.Id) == ProcessFile.User(Environment.ProcessId));
    }
}
