using McpWorker.Servers;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>Chooses the sandbox of a server: what its definition says, or the best this machine can give.</summary>
internal sealed class SandboxChoice(
    BwrapSandbox bwrap, UidSandbox uid, BareSandbox bare, IOptions<HostingOptions> hosting, IOptions<ServerOptions> environment)
{
    private const string Cure =
        "Install bubblewrap 0.8 or newer and allow user namespaces, or run the worker as root in a container of its own; or set MCP_ALLOW_UNSANDBOXED_SERVERS=true if you trust the server as you trust the worker.";

    /// <exception cref="ServerUnavailableException">That kind cannot be had here, or may not be used.</exception>
    public async Task<ISandbox> ForAsync(HostedServerDefinition server)
    {
        switch (server.Sandbox)
        {
            case SandboxKind.Bwrap:
                return await bwrap.ObstacleAsync() is { } noBwrap ? throw Refused(server, $"`sandbox: bwrap` does not work on this machine: {noBwrap}. {Cure}") : bwrap;
            case SandboxKind.Uid:
                return await uid.ObstacleAsync() is { } noUid ? throw Refused(server, $"`sandbox: uid` does not work on this machine: {noUid}. {Cure}") : uid;
            case SandboxKind.None:
                return MayBeBare ? bare : throw Refused(server, $"`sandbox: none` is refused outside development. {Cure}");
            default:
                var obstacle = await bwrap.ObstacleAsync();
                return obstacle is null ? bwrap
                    : await uid.ObstacleAsync() is null ? uid
                    : MayBeBare ? bare
                    : throw Refused(server, $"this machine can give it no sandbox ({obstacle}), and without one it is refused outside development. {Cure}");
        }
    }

    private bool MayBeBare => environment.Value.IsDevelopment || hosting.Value.AllowUnsandboxed;

    private static ServerUnavailableException Refused(HostedServerDefinition server, string reason) => new($"The hosted server '{server.Name}' is not started: {reason}");
}
