using System.Collections.Frozen;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>
/// What this worker serves now: everything on <c>/mcp</c>, one server's share on <c>/mcp/{server}</c>. Readers take one
/// immutable page, so that a list being replaced is never seen half done.
/// </summary>
internal sealed class ToolCatalog(ToolMetrics metrics)
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, Offer> _offers = new(StringComparer.Ordinal);

    private volatile FrozenDictionary<string, Page> _pages = FrozenDictionary<string, Page>.Empty;
    private volatile Page _everything = Page.Of([], [], []);

    /// <summary>The page of a server, of all servers when it is null; null when there is no such server.</summary>
    public Page? Find(string? server) => server is null ? _everything : _pages.GetValueOrDefault(server);

    /// <summary>Replaces what a server offers.</summary>
    public void Publish(string server, Offer offer)
    {
        metrics.Offered(server);
        lock (_writing)
        {
            _offers[server] = offer;
            Arrange();
        }
    }

    /// <summary>Takes a server out; it is as if it had never been there.</summary>
    public void Withdraw(string server)
    {
        lock (_writing)
        {
            if (_offers.Remove(server))
            {
                Arrange();
            }
        }
    }

    private void Arrange()
    {
        var inOrder = _offers.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value).ToList();
        _everything = Page.Of(
            inOrder.SelectMany(each => each.Tools.Select(tool => tool.Federated)),
            inOrder.SelectMany(each => each.Prompts.Select(prompt => prompt.Federated)),
            inOrder.SelectMany(each => each.Resources));
        _pages = _offers.ToFrozenDictionary(
            entry => entry.Key,
            entry => Page.Of(entry.Value.Tools.Select(tool => tool.Own), entry.Value.Prompts.Select(prompt => prompt.Own), entry.Value.Resources),
            StringComparer.Ordinal);
    }

    /// <summary>One endpoint's tools, prompts and resources. Of two with one name the first keeps it.</summary>
    internal sealed record Page(
        McpServerPrimitiveCollection<McpServerTool> Tools, McpServerPrimitiveCollection<McpServerPrompt> Prompts, McpServerResourceCollection Resources)
    {
        public static Page Of(IEnumerable<McpServerTool> tools, IEnumerable<McpServerPrompt> prompts, IEnumerable<McpServerResource> resources)
        {
            var page = new Page([], [], []);
            foreach (var tool in tools)
            {
                page.Tools.TryAdd(tool);
            }

            foreach (var prompt in prompts)
            {
                page.Prompts.TryAdd(prompt);
            }

            foreach (var resource in resources)
            {
                page.Resources.TryAdd(resource);
            }

            return page;
        }

        public ToolAddress? AddressOf(string tool) => Tools.TryGetPrimitive(tool, out var found) ? ToolAddress.Of(found) : null;
    }
}
