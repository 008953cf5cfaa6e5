using McpWorker.InternalAccess;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Subscriptions;

/// <summary>The resources one subscriber wants to hear of: only such as it may read, and not without end.</summary>
internal sealed class ResourceWatch(LivePage endpoint, Outbox outbox)
{
    public const int MaxResources = 100;

    private readonly Lock _turn = new();
    private readonly HashSet<string> _uris = new(StringComparer.Ordinal);

    public static bool MayWatch(MessageContext request, string uri) =>
        Visibility.MayUse(CallerIdentity.Of(request.User).Call.Caller.Permissions, LivePage.Of(request.Server).Now.FindResource(uri));

    /// <summary>False: it watches too many already.</summary>
    public bool TryAdd(string uri)
    {
        lock (_turn)
        {
            return _uris.Contains(uri) || (_uris.Count < MaxResources && _uris.Add(uri));
        }
    }

    public void Remove(string uri)
    {
        lock (_turn)
        {
            _uris.Remove(uri);
        }
    }

    public void CollectInto(HashSet<string> uris)
    {
        lock (_turn)
        {
            uris.UnionWith(_uris);
        }
    }

    /// <summary>Passes an update on if it is of interest, and from the server that offers the resource.</summary>
    public void Updated(string server, string uri)
    {
        lock (_turn)
        {
            if (!_uris.Contains(uri))
            {
                return;
            }
        }

        if (ToolAddress.Of(endpoint.Now.FindResource(uri))?.Server == server)
        {
            outbox.Post(new Notice(uri));
        }
    }
}
