using System.Globalization;
using McpWorker.Hosting.Processes;
using McpWorker.Servers;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>
/// Bubblewrap: namespaces of its own for processes, files, network and the rest. As root, another user id inside it, and no
/// user namespace, so that it works where those are switched off; otherwise a user namespace, in which the server can make no other.
/// </summary>
internal sealed class BwrapSandbox : ISandbox
{
    private static readonly HostedServerDefinition Nobody = new("trial", "/bin/true");

    private readonly HiddenPaths _hidden;
    private readonly Trial _trial;

    public BwrapSandbox(HiddenPaths hidden)
    {
        _hidden = hidden;
        _trial = new Trial(() => [.. Walls(Nobody, Environment.IsPrivilegedProcess ? UidLease.First : null), "/bin/true"]);
    }

    public SandboxKind Kind => SandboxKind.Bwrap;

    public Task<string?> ObstacleAsync() => OperatingSystem.IsLinux() ? _trial.ObstacleAsync() : Task.FromResult<string?>("it needs Linux");

    public Task<SandboxedStart> PrepareAsync(HostedServerDefinition server, int instance, string command)
    {
        var lease = Environment.IsPrivilegedProcess ? UidLease.Take(server.Name, instance) : null;
        IReadOnlyList<string> line = [.. Walls(server, lease?.User, command), command, .. server.Args];
        return Task.FromResult<SandboxedStart>(new Start(line, lease));
    }

    private IEnumerable<string> Walls(HostedServerDefinition server, int? user, string? command = null)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var shown = command is null ? [] : ShownPaths.Of(server, command, path);
        return
        [
            "bwrap",
            .. Mounts.Of(server, _hidden.Find(), shown, [.. server.Writable.Select(folder => Existing(server, folder))]),
            "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            .. server.Network ? (string[])[] : ["--unshare-net"],
            .. user is null ? (string[])["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
                : ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP", "--cap-add", "CAP_SYS_RESOURCE"],
            "--new-session", "--die-with-parent",
            "--chdir", server.Cwd ?? Mounts.Work,
            "--",
            .. Limits(server, user),
            "setpriv", .. user is { } id ? Privileges.Of(id) : ["--no-new-privs"], "--",
        ];
    }

    /// <summary>
    /// The kernel counts a user's processes; since 5.14 it does so within each user namespace. Before that, a worker that is not
    /// root and its servers count as one, so that there only the worker's own watch bounds them.
    /// </summary>
    private static string[] Limits(HostedServerDefinition server, int? user)
    {
        var files = string.Create(CultureInfo.InvariantCulture, $"--nofile={server.MaxOpenFiles}");
        var processes = string.Create(CultureInfo.InvariantCulture, $"--nproc={server.MaxProcesses}");
        return user is not null || Environment.OSVersion.Version >= new Version(5, 14) ? ["prlimit", files, processes, "--"] : ["prlimit", files, "--"];
    }

    private static string Existing(HostedServerDefinition server, string folder) =>
        RealPath.Of(folder) is { } path && path != "/" ? path : throw new ServerUnavailableException(
            $"The hosted server '{server.Name}' is not started: the folder '{folder}' of its `writable` is not there, or is the root. Create it, or take it out.");

    private sealed record Start(IReadOnlyList<string> Line, UidLease? Lease) : SandboxedStart(Line, Mounts.Home, Mounts.Temp, "/")
    {
        public override HostedTree Tree(int root) => new BwrapTree(root);

        public override void Clear() => Lease?.Dispose();
    }

    /// <summary>Nothing leaves a namespace of processes, so all are below the first. It and its child are bubblewrap's.</summary>
    private sealed class BwrapTree(int root) : HostedTree(root)
    {
        public override bool CanBeAsked(ProcessEntry process) => process.Id != Root && process.Parent != Root;

        protected override IEnumerable<ProcessEntry> Own(ProcessTable table) => FromRoot(table);
    }
}
