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

    public Page(IReadOnlyCollection<KeyValuePair<string, Offer>> offers, bool isFederated)
    {
        Tools = new(offers.SelectMany(offer => offer.Value.Tools).Select(tool => isFederated ? tool.Federated : tool.Own));
        Prompts = new(offers.SelectMany(offer => offer.Value.Prompts).Select(prompt => isFederated ? prompt.Federated : prompt.Own));
        Resources = new(offers.SelectMany(offer => offer.Value.Resources));
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

    /// <summary>The resource with this URI, or the first template that fits it.</summary>
    public McpServerResource? FindResource(string uri) =>
        Resources.Find(uri) is { IsTemplated: false } resource ? resource : Resources.Items.FirstOrDefault(each => each.IsTemplated && each.IsMatch(uri));

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

    /// <summary>Two views with the same numbers list the same things.</summary>
    internal sealed record View(ulong Tools, ulong Prompts, ulong Resources);
}
