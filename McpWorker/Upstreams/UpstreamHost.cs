using McpWorker.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Upstreams;

/// <summary>Keeps one connection to each upstream server, each on its own: one that is away costs the others nothing.</summary>
internal sealed class UpstreamHost : BackgroundService
{
    private readonly List<UpstreamConnection> _connections;

    /// <exception cref="SettingsException">MCP_UPSTREAM_SERVERS is malformed, or uses a name twice.</exception>
    public UpstreamHost(
        IOptions<ModuleOptions> options, EnabledModules modules, ToolCatalog catalog, ToolSpans spans, IHttpClientFactory http, TimeProvider clock, ILoggerFactory loggers)
    {
        var taken = modules.All.Select(module => module.Name).ToHashSet(StringComparer.Ordinal);
        _connections = [];
        foreach (var server in options.Value.UpstreamServers.Select(UpstreamServer.Parse))
        {
            if (!taken.Add(server.Name))
            {
                throw UpstreamServer.Refused($"the name '{server.Name}' is taken by a module or another server", "Choose another name.");
            }

            _connections.Add(new UpstreamConnection(server, catalog, spans, http, clock, loggers));
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_connections.Select(connection => connection.RunAsync(stoppingToken)));
}
