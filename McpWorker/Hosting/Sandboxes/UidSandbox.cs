using System.Globalization;
using McpWorker.Hosting.Processes;
using McpWorker.Servers;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>A user id of the instance's own: the kernel's oldest wall between programs. It needs a worker that is root.</summary>
internal sealed class UidSandbox(PrivateFolders folders, TimeProvider clock) : ISandbox
{
    private readonly Trial _trial = new(() => ["setpriv", .. Privileges.Of(UidLease.First), "--pdeathsig", "KILL", "--", "true"]);
    private readonly Trial _networkTrial = new(() => ["unshare", "--net", "--ipc", "--", "true"]);

    public SandboxKind Kind => SandboxKind.Uid;

    public Task<string?> ObstacleAsync() =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? _trial.ObstacleAsync() : Task.FromResult<string?>("it needs Linux and a worker that runs as root");

    public async Task<SandboxedStart> PrepareAsync(HostedServerDefinition server, int instance, string command)
    {
        if (!server.Network && await _networkTrial.ObstacleAsync() is { } obstacle)
        {
            throw new ServerUnavailableException(
                $"The hosted server '{server.Name}' is not started: `sandbox: uid` cannot cut it off the network here ({obstacle}). Allow it the network with `network: true`, or run the worker with CAP_SYS_ADMIN, or use bubblewrap.");
        }

        var lease = UidLease.Take(server.Name, instance);
        try
        {
            await EndLeftoversAsync(lease.User);
            var folder = folders.Make(lease.User);
            IReadOnlyList<string> line = [.. Walls(server, lease.User), command, .. server.Args];
            return new Start(line, folder, server.Cwd ?? folder.Work, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>The lock is free, so whoever still runs as this user was left by a worker that died.</summary>
    private async Task EndLeftoversAsync(int user)
    {
        var left = await new TreeEnd(new LeftTree(user), clock).AtOnceAsync();
        if (left.Count > 0)
        {
            throw new ServerUnavailableException($"Processes {string.Join(", ", left)} of user id {user} do not end; end them, or restart the machine.");
        }
    }

    private static IEnumerable<string> Walls(HostedServerDefinition server, int user) =>
    [
        "setsid",
        .. server.Network ? (string[])[] : ["unshare", "--net", "--ipc", "--"],
        "prlimit", string.Create(CultureInfo.InvariantCulture, $"--nproc={server.MaxProcesses}"), string.Create(CultureInfo.InvariantCulture, $"--nofile={server.MaxOpenFiles}"),
        "setpriv", .. Privileges.Of(user), "--pdeathsig", "KILL", "--",
    ];

    private sealed record Start(IReadOnlyList<string> Line, PrivateFolder Private, string Folder, UidLease Lease)
        : SandboxedStart(Line, Private.Home, Private.Temp, Folder)
    {
        public override HostedTree Tree(int root) => new UidTree(root, Lease.User);

        public override WatchedBy? Watched(int root) => WatchedBy.User(Lease.User);

        public override void Clear()
        {
            Private.Delete();
            Lease.Dispose();
        }
    }

    private sealed class LeftTree(int user) : HostedTree(root: 0)
    {
        protected override IEnumerable<ProcessEntry> Own(ProcessTable table) => table.All.Where(process => ProcessFile.User(process.Id) == user);
    }

    /// <summary>Everything of its user; and the first process, which is root's for its first moments.</summary>
    private sealed class UidTree(int root, int user) : HostedTree(root)
    {
        protected override IEnumerable<ProcessEntry> Own(ProcessTable table) =>
            FromRoot(table).Concat(table.Descendants(Environment.ProcessId).Where(process => ProcessFile.User(process.Id) == user));
    }
}
