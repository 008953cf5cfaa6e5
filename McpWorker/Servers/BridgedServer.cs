using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json.Nodes;
using McpWorker.Tools;
using McpWorker.Tools.Subscriptions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>
/// A server of others as callers see it: what it offers, and an instance for each call. What was once seen stays listed
/// while it is away, so that a restart does not change what callers see.
/// </summary>
internal sealed partial class BridgedServer : IDisposable
{
    /// <summary>Calls that may wait for their turn at one instance of a server that takes one at a time.</summary>
    private const int MaxWaiting = 32;
    private static readonly TimeSpan UpstreamConnectWithin = TimeSpan.FromSeconds(15);

    private readonly ServerDefinition _definition;
    private readonly ToolCatalog _catalog;
    private readonly ServerCalls _calls;
    private readonly ResourceUpdates _updates;
    private readonly ILogger<BridgedServer> _logger;
    private readonly List<ServerInstance> _instances;
    private readonly Lock _publishing = new();
    private readonly ConcurrentDictionary<string, bool> _hidden = new(StringComparer.Ordinal);
    private string? _published;
    private bool _isRetired;

    public BridgedServer(
        ServerDefinition definition, Func<ServerDefinition, int, IServerLink> link, ToolCatalog catalog, ServerParts parts)
    {
        _definition = definition;
        _catalog = catalog;
        _calls = parts.Calls;
        _updates = parts.Updates;
        _logger = parts.Loggers.CreateLogger<BridgedServer>();
        var instances = (definition as HostedServerDefinition)?.Instances ?? 1;
        _instances = [.. Enumerable.Range(1, instances).Select(number => new ServerInstance(this, number, link(definition, number), parts.Clock, parts.Loggers))];
    }

    public string Name => _definition.Name;

    /// <summary>Seconds a call may take; null: as all calls.</summary>
    public int? TimeoutSeconds => _definition.TimeoutSeconds;

    public TimeSpan StartWithin => _definition is HostedServerDefinition hosted ? TimeSpan.FromSeconds(hosted.StartSeconds) : UpstreamConnectWithin;

    /// <summary>Zero: never.</summary>
    public TimeSpan IdleAfter => TimeSpan.FromSeconds((_definition as HostedServerDefinition)?.IdleSeconds ?? 0);

    public IReadOnlyList<ServerInstance> Instances => _instances;

    /// <summary>It can take calls now, if need be after a start.</summary>
    public bool IsUp => _instances.Any(instance => instance.Phase is InstancePhase.Ready or InstancePhase.Idle);

    /// <summary>Version of the protocol it was last spoken to in.</summary>
    public string? Protocol { get; private set; }

    public bool HasPublished => _published is not null;

    public bool IsBusy => _instances.Any(instance => instance.Busy > 0);

    public void ResourceUpdated(string uri) => _updates.Publish(Name, uri);

    /// <summary>Resources of this server that somebody watches.</summary>
    public IReadOnlySet<string> Watched()
    {
        var all = _updates.Watched();
        return all.Count == 0 || _catalog.Find(Name) is not { } endpoint ? FrozenSet<string>.Empty
            : all.Where(uri => endpoint.Now.FindResource(uri) is not null).ToHashSet(StringComparer.Ordinal);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        lock (_publishing)
        {
            // One that takes another's place leaves what that one offers until it has something to offer itself.
            if (!_isRetired && _catalog.Find(Name) is null)
            {
                _catalog.Publish(Name, Offer.Nothing);
            }
        }

        await Task.WhenAll(_instances.Select(instance => instance.RunAsync(stopping)));
    }

    /// <summary>Reads the server's lists and publishes them if they are not what is published already.</summary>
    public async Task RefreshAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        var lists = await ServerLists.ReadAsync(connection, cancellationToken);
        connection.Offers(lists.Tools);
        Publish(lists, connection);
        SayWhatIsHidden(lists.Resources);
    }

    private void Publish(ServerLists lists, ServerConnection connection)
    {
        lock (_publishing)
        {
            Protocol = connection.Client.NegotiatedProtocolVersion;
            if (_isRetired || _published == lists.Fingerprint)
            {
                return;
            }

            _published = lists.Fingerprint;
            var (offer, leftOut) = ServerOffer.Of(this, _calls, lists);
            _catalog.Publish(Name, offer);
            LogPublished(Name, offer.Tools.Count, offer.Prompts.Count, offer.Resources.Count);
            foreach (var entry in lists.LeftOut.Concat(leftOut).Take(20))
            {
                LogLeftOut(Name, entry);
            }
        }
    }

    /// <summary>Of two servers with one URI the first by name has it on <c>/mcp</c>; on its own endpoint each has its own.</summary>
    private void SayWhatIsHidden(IReadOnlyList<Resource> resources)
    {
        var everything = _catalog.Find(server: null)!.Now;
        foreach (var uri in resources.Select(resource => resource.Uri))
        {
            if (ToolAddress.Of(everything.FindResource(uri)) is { } owner && owner.Server != Name && _hidden.TryAdd(uri, true))
            {
                LogHidden(uri, owner.Server, Name);
            }
        }
    }

    /// <summary>Another version of the server has its place from now on.</summary>
    public void StopPublishing()
    {
        lock (_publishing)
        {
            _isRetired = true;
        }
    }

    /// <summary>Starts a call at the instance with the least to do.</summary>
    /// <exception cref="McpException">The server is away, or too many wait for it.</exception>
    public async Task<BridgedCall> StartAsync(string method, JsonObject parameters, CallerSide caller, CancellationToken cancellationToken)
    {
        var instance = _instances.Count == 1 ? _instances[0]
            : _instances.OrderBy(each => each.Phase == InstancePhase.Away).ThenBy(each => each.Busy).First();
        if (_definition.Exclusive && instance.Busy > MaxWaiting)
        {
            throw new McpException($"The server '{Name}' takes one call at a time, and {MaxWaiting} wait already. Try again in a while.");
        }

        instance.Enter();
        var hasTurn = false;
        try
        {
            if (_definition.Exclusive)
            {
                await instance.Turn.WaitAsync(cancellationToken);
                hasTurn = true;
            }

            var connection = await instance.ReadyAsync(cancellationToken);
            if (_definition.Exclusive && connection.HasGivenUpCalls)
            {
                // Alone on its instance means: nothing of an earlier call may still speak there.
                connection.Retire();
                connection = await instance.ReadyAsync(cancellationToken);
            }

            return connection.Start(method, parameters, caller, () => Leave(instance, _definition.Exclusive));
        }
        catch
        {
            Leave(instance, hasTurn);
            throw;
        }
    }

    public void Dispose() => _instances.ForEach(instance => instance.Dispose());

    private static void Leave(ServerInstance instance, bool hasTurn)
    {
        if (hasTurn)
        {
            instance.Turn.Release();
        }

        instance.Leave();
    }

    [LoggerMessage(LogLevel.Information, "Server {Server} offers {Tools} tools, {Prompts} prompts and {Resources} resources", EventName = "server_published")]
    private partial void LogPublished(string server, int tools, int prompts, int resources);

    [LoggerMessage(LogLevel.Warning, "On /mcp the resource {Uri} is that of {Owner}; {Server}, which has it too, serves it on its own endpoint only", EventName = "server_resource_hidden")]
    private partial void LogHidden(string uri, string owner, string server);

    [LoggerMessage(LogLevel.Warning, "Left out of what {Server} offers: {Entry}", EventName = "server_entry_left_out")]
    private partial void LogLeftOut(string server, string entry);
}
