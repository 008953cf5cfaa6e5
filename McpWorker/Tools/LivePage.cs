using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>
/// One endpoint, <c>/mcp</c> or <c>/mcp/{server}</c>, whose page is replaced as a whole. Sessions live longer than pages:
/// they hold this, see the newest page at every request, and are told of changes.
/// </summary>
internal sealed class LivePage
{
    private volatile Page _now = Page.Empty;

    public LivePage()
    {
        Tools = new LiveCollection<McpServerTool>(this, page => page.Tools);
        Prompts = new LiveCollection<McpServerPrompt>(this, page => page.Prompts);
    }

    /// <summary>Raised after the page was replaced by one that looks different to somebody.</summary>
    public event EventHandler? Changed;

    public Page Now => _now;

    /// <summary>False: there is no such server now.</summary>
    public bool IsServed { get; private set; }

    public LiveCollection<McpServerTool> Tools { get; }

    public LiveCollection<McpServerPrompt> Prompts { get; }

    /// <summary>
    /// Tells sessions of changes and knows templates' completions. It is not asked for resources: the SDK's collection cannot
    /// be replaced at once, the page can.
    /// </summary>
    public McpServerResourceCollection Resources { get; } = [];

    /// <summary>The endpoint a server of the SDK was made for.</summary>
    public static LivePage Of(McpServer server) => ((LiveCollection<McpServerTool>)server.ServerOptions.ToolCollection!).Owner;

    /// <summary>Callers take turns.</summary>
    public void Show(Page? page)
    {
        var before = _now;
        _now = page ?? Page.Empty;
        IsServed = page is not null;

        var tools = Differ(before.Tools, _now.Tools);
        var prompts = Differ(before.Prompts, _now.Prompts);
        var resources = Differ(before.Resources, _now.Resources);
        ReplaceResources(before.Resources.Items, _now.Resources.Items, resources);
        if (tools)
        {
            Tools.Announce();
        }

        if (prompts)
        {
            Prompts.Announce();
        }

        if (tools || prompts || resources)
        {
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }

    private static bool Differ<T>(Section<T> before, Section<T> after)
        where T : class, IMcpServerPrimitive =>
        before.Items.Count != after.Items.Count || before.Everything != after.Everything;

    private void ReplaceResources(IReadOnlyList<McpServerResource> before, IReadOnlyList<McpServerResource> after, bool differ)
    {
        if (!differ)
        {
            return;
        }

        using (Resources.DeferChangedEvents())
        {
            foreach (var gone in before.Except(after))
            {
                Resources.Remove(gone);
            }

            foreach (var resource in after)
            {
                Resources.TryAdd(resource);
            }
        }
    }
}
