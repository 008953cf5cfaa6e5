using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Subscriptions;

/// <summary>Carries what servers say of their resources to whoever subscribed, in either protocol's way.</summary>
internal sealed class ResourceUpdates : IResourceUpdates
{
    private readonly ConcurrentDictionary<ResourceWatch, bool> _streams = new();

    /// <summary>Nobody tells when a session ends: its watch goes with the SDK's server for it.</summary>
    private readonly ConditionalWeakTable<McpServer, ResourceWatch> _sessions = [];

    /// <summary>Streams that watch resources now.</summary>
    public int Streams => _streams.Count;

    public void Publish(string server, string uri)
    {
        foreach (var (watch, _) in _streams)
        {
            watch.Updated(server, uri);
        }

        foreach (var (_, watch) in _sessions)
        {
            watch.Updated(server, uri);
        }
    }

    /// <summary>The resources somebody watches now, of whichever server.</summary>
    public IReadOnlySet<string> Watched()
    {
        var uris = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (watch, _) in _streams)
        {
            watch.CollectInto(uris);
        }

        foreach (var (_, watch) in _sessions)
        {
            watch.CollectInto(uris);
        }

        return uris;
    }

    public void Add(ResourceWatch watch) => _streams[watch] = true;

    public void Remove(ResourceWatch watch) => _streams.TryRemove(watch, out _);

    /// <summary>The watch of a session, made at its first subscription.</summary>
    public ResourceWatch OfSession(McpServer session, Func<McpServer, ResourceWatch> create) =>
        _sessions.GetValue(session, key => create(key));
}
