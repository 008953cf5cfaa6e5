using System.Diagnostics.Metrics;
using McpWorker.Tools;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Servers;

/// <summary>
/// Keeps the servers of others, each on its own: one that is away costs the rest nothing. It follows settings: a server that
/// is added starts, one that is changed is replaced when the new one is there, one that is removed stops after its last call.
/// </summary>
internal sealed class ServersHost : BackgroundService, ISettingsObserver
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, ServerSlot> _slots = new(StringComparer.Ordinal);
    private readonly List<Task> _retiring = [];
    private readonly ConfiguredServers _configured;
    private readonly IOptionsMonitor<ServersOptions> _servers;
    private readonly IOptionsMonitor<ModuleOptions> _modules;
    private readonly IEnumerable<IServerLinks> _links;
    private readonly ToolCatalog _catalog;
    private readonly ServerParts _parts;
    private readonly IReadOnlyList<ConfiguredServer> _first;
    private CancellationToken _stopping;

    /// <exception cref="SettingsException">Settings name a server that cannot be.</exception>
    public ServersHost(
        ConfiguredServers configured, IOptionsMonitor<ServersOptions> servers, IOptionsMonitor<ModuleOptions> modules, IEnumerable<IServerLinks> links, ToolCatalog catalog, ServerParts parts, IMeterFactory meters)
    {
        (_configured, _servers, _modules, _links, _catalog, _parts) = (configured, servers, modules, links, catalog, parts);
        _first = configured.Of(servers.CurrentValue, modules.CurrentValue);
        meters.Create(ToolMetrics.Name).CreateObservableGauge(
            "mcp_server_up", Observe, unit: null, "Whether a server of others can take calls: 1 yes, also after a start on demand, 0 no.");
    }

    public IReadOnlyList<BridgedServer> Servers
    {
        get
        {
            lock (_changing)
            {
                return [.. _slots.Values.Select(slot => slot.Server)];
            }
        }
    }

    public IEnumerable<SettingError> Check(SettingsSnapshot next) => _configured.Check(next.Get<ServersOptions>(), next.Get<ModuleOptions>());

    public void Reloaded(SettingsChange change)
    {
        lock (_changing)
        {
            if (_stopping == default || _stopping.IsCancellationRequested)
            {
                return;
            }

            var wanted = _configured.Of(_servers.CurrentValue, _modules.CurrentValue).ToDictionary(server => server.Definition.Name, StringComparer.Ordinal);
            foreach (var (name, gone) in _slots.Where(slot => !wanted.ContainsKey(slot.Key)).ToList())
            {
                _slots.Remove(name);
                _catalog.Withdraw(name);
                _retiring.Add(gone.RetireAsync(successor: null));
            }

            foreach (var (name, server) in wanted)
            {
                var old = _slots.GetValueOrDefault(name);
                if (old?.Fingerprint != server.Fingerprint)
                {
                    var slot = _slots[name] = Slot(server);
                    slot.Start(_stopping);
                    if (old is not null)
                    {
                        _retiring.Add(old.RetireAsync(slot.Server));
                    }
                }
            }

            _retiring.RemoveAll(task => task.IsCompleted);
        }
    }

    public override void Dispose()
    {
        foreach (var (_, slot) in _slots)
        {
            slot.Dispose();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lock (_changing)
        {
            _stopping = stoppingToken;
            foreach (var server in _first)
            {
                // Only now: what is counted before anybody listens is lost.
                var slot = _slots[server.Definition.Name] = Slot(server);
                slot.Start(stoppingToken);
            }
        }

        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<Task> ends;
        lock (_changing)
        {
            ends = [.. _slots.Values.Select(slot => slot.Ended), .. _retiring];
        }

        await Task.WhenAll(ends);
    }

    private IEnumerable<Measurement<int>> Observe() =>
        Servers.Select(server => new Measurement<int>(server.IsUp ? 1 : 0, new KeyValuePair<string, object?>("server", server.Name)));

    private ServerSlot Slot(ConfiguredServer server) => new(server.Fingerprint, new BridgedServer(server.Definition, LinkOf, _catalog, _parts), _parts.Clock);

    private IServerLink LinkOf(ServerDefinition definition, int instance) =>
        _links.Select(each => each.TryCreate(definition, instance)).FirstOrDefault(link => link is not null)
        ?? throw new InvalidOperationException($"Nobody knows the way to a server of the kind {definition.GetType().Name}.");
}
