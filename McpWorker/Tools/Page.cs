using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tools;

/// <summary>What one endpoint serves at one moment; never changes.</summary>
internal sealed class Page
{
    /// <summary>Callers with the same permissions share an entry; beyond so many, somebody makes them up.</summary>
    private const int MaxViews = 1000;

    private readonly ConcurrentDictionary<string, View> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, McpRequestHandler<CompleteRequestParams, CompleteResult>> _completers;
    private readonly HashSet<string> _foreign;
    private readonly List<McpServerResource> _templates;

    /// <param name="offers">By server; of two that offer the same the first keeps it, or the one that is the platform's own.</param>
    public Page(IReadOnlyCollection<KeyValuePair<string, Offer>> offers, bool isFederated)
    {
        Tools = new(offers.SelectMany(offer => offer.Value.Tools).Select(tool => isFederated ? tool.Federated : tool.Own));
        Prompts = new(offers.SelectMany(offer => offer.Value.Prompts).Select(prompt => isFederated ? prompt.Federated : prompt.Own));
        Resources = new(offers.OrderBy(offer => offer.Value.IsForeign).SelectMany(offer => offer.Value.Resources));
        _foreign = offers.Where(offer => offer.Value.IsForeign).Select(offer => offer.Key).ToHashSet(StringComparer.Ordinal);
        _templates = [.. Resources.Items.Where(resource => resource.IsTemplated).OrderBy(IsForeign)];
        _completers = offers.Where(offer => offer.Value.Complete is not null)
            .ToDictionary(offer => offer.Key, offer => offer.Value.Complete!, StringComparer.Ordinal);
        Version = (Tools.Everything, Prompts.Everything, Resources.Everything);
        MoreResources = [.. offers.Where(offer => offer.Value.ListMore is not null).Select(offer => KeyValuePair.Create(offer.Key, offer.Value.ListMore!))];
    }

    public static Page Empty { get; } = new([], isFederated: false);

    /// <summary>Two pages with the same version list the same to everybody: servers publish the same again and again.</summary>
    public (ulong Tools, ulong Prompts, ulong Resources) Version { get; }

    public Section<McpServerTool> Tools { get; }

    public Section<McpServerPrompt> Prompts { get; }

    /// <summary>Resources and templates.</summary>
    public Section<McpServerResource> Resources { get; }

    /// <summary>By server, what lists its resources that come and go.</summary>
    public IReadOnlyList<KeyValuePair<string, Func<CancellationToken, Task<IReadOnlyList<Resource>>>>> MoreResources { get; }

    public ToolAddress? AddressOf(string tool) => ToolAddress.Of(Tools.Find(tool));

    /// <summary>
    /// The resource with this URI, or the first template that fits it. What is the platform's own comes before what a server of
    /// others claims: none may take reads, and the ids in them, from a module.
    /// </summary>
    public McpServerResource? FindResource(string uri)
    {
        var exact = Resources.Find(uri) is { IsTemplated: false } resource ? resource : null;
        if (exact is not null && !IsForeign(exact))
        {
            return exact;
        }

        var template = _templates.Find(each => each.IsMatch(uri));
        return exact is null || (template is not null && !IsForeign(template)) ? template : exact;
    }

    public McpRequestHandler<CompleteRequestParams, CompleteResult>? CompleterOf(string server) => _completers.GetValueOrDefault(server);

    /// <summary>How the page looks to callers with these permissions.</summary>
    public View ViewOf(InternalCaller caller)
    {
        var key = PermissionKey.Of(caller);
        if (_views.TryGetValue(key, out var known))
        {
            return known;
        }

        var granted = caller.Permissions;
        var view = new View(
            Tools.Fingerprint(tool => Visibility.Of(granted, tool)),
            Prompts.Fingerprint(prompt => Visibility.Of(granted, prompt)),
            Resources.Fingerprint(resource => Visibility.Of(granted, resource)));
        return _views.Count < MaxViews ? _views.GetOrAdd(key, view) : view;
    }

    private bool IsForeign(McpServerResource resource) => ToolAddress.Of(resource) is { } address && _foreign.Contains(address.Server);

    /// <summary>Two views with the same numbers list the same things.</summary>
    internal sealed record View(ulong Tools, ulong Prompts, ulong Resources);
}
