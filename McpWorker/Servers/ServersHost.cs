using McpWorker.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Servers;

/// <summary>Keeps the servers of others, each on its own: one that is away costs the rest nothing.</summary>
internal sealed class ServersHost : BackgroundService
{
    private readonly List<BridgedServer> _servers;

    /// <exception cref="SettingsException">MCP_UPSTREAM_SERVERS is malformed, or uses a name twice.</exception>
    public ServersHost(
        IOptions<ModuleOptions> options, IConfiguration configuration, EnabledModules modules, IEnumerable<IServerLinks> links, ToolCatalog catalog, ServerCalls calls, TimeProvider clock, ILoggerFactory loggers)
    {
        var taken = modules.All.Select(module => module.Name).ToHashSet(StringComparer.Ordinal);
        _servers = [];
        foreach (var definition in options.Value.UpstreamServers.Select(text => UpstreamSetting.Parse(text, name => configuration[name])))
        {
            if (!taken.Add(definition.Name))
            {
                throw UpstreamSetting.Refused($"the name '{definition.Name}' is taken by a module or another server", "Choose another name.");
            }

            _servers.Add(new BridgedServer(definition, (server, instance) => LinkOf(links, server, instance), catalog, calls, clock, loggers));
        }
    }

    public IReadOnlyList<BridgedServer> Servers => _servers;

    public override void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_servers.Select(server => server.RunAsync(stoppingToken)));

    private static IServerLink LinkOf(IEnumerable<IServerLinks> links, ServerDefinition definition, int instance) =>
        links.Select(each => each.TryCreate(definition, instance)).FirstOrDefault(link => link is not null)
        ?? throw new InvalidOperationException($"Nobody knows the way to a server of the kind {definition.GetType().Name}.");
}
