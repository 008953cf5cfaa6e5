using System.Collections.Concurrent;

namespace McpWorker.Tools;

/// <summary>What this worker serves now: everything on <c>/mcp</c>, one server's share on <c>/mcp/{server}</c>.</summary>
internal sealed class ToolCatalog(ToolMetrics metrics)
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, Offer> _offers = new(StringComparer.Ordinal);

    /// <summary>A server that is withdrawn keeps its place: sessions may hold on to it, and find it again when it comes back.</summary>
    private readonly ConcurrentDictionary<string, LivePage> _endpoints = new(StringComparer.Ordinal);
    private readonly LivePage _everything = Shown(new Page([], isFederated: true));

    /// <summary>The endpoint of a server, of all servers when it is null; null when there is no such server now.</summary>
    public LivePage? Find(string? server) =>
        server is null ? _everything : _endpoints.TryGetValue(server, out var endpoint) && endpoint.IsServed ? endpoint : null;

    /// <summary>Replaces what a server offers.</summary>
    public void Publish(string server, Offer offer)
    {
        metrics.Offered(server);
        lock (_writing)
        {
            _offers[server] = offer;
            Arrange(server, new Page([new(server, offer)], isFederated: false));
        }
    }

    /// <summary>Takes a server out; it is as if it had never been there.</summary>
    public void Withdraw(string server)
    {
        lock (_writing)
        {
            if (_offers.Remove(server))
            {
                Arrange(server, page: null);
            }
        }
    }

    private static LivePage Shown(Page page)
    {
        var endpoint = new LivePage();
        endpoint.Show(page);
        return endpoint;
    }

    private void Arrange(string server, Page? page)
    {
        var inOrder = _offers.Where(offer => offer.Value.IsFederated).OrderBy(offer => offer.Key, StringComparer.Ordinal).ToList();
        _everything.Show(new Page(inOrder, isFederated: true));
        _endpoints.GetOrAdd(server, static _ => new LivePage()).Show(page);
    }
}
