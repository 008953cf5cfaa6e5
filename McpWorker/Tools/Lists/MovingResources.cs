using ModelContextProtocol.Protocol;

namespace McpWorker.Tools.Lists;

/// <summary>Resources that come and go with a server's data, so that only the server can list them.</summary>
internal sealed partial class MovingResources(TimeProvider clock, ILogger<MovingResources> logger)
{
    /// <summary>A list waits no longer for one server: the others' resources are there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Of every server whose resources the caller may list; one that fails leaves its own out.</summary>
    public async Task<IEnumerable<Resource>> ListAsync(Page page, IReadOnlyList<string> granted, CancellationToken cancellationToken)
    {
        var lists = page.MoreResources.Where(server => Visibility.OfResourcesOf(granted, server.Key))
            .Select(server => AskAsync(server.Key, server.Value, cancellationToken));
        return (await Task.WhenAll(lists)).SelectMany(resources => resources);
    }

    private async Task<IReadOnlyList<Resource>> AskAsync(
        string server, Func<CancellationToken, Task<IReadOnlyList<Resource>>> list, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await list(either.Token).WaitAsync(either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, server);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Server} could not list its resources; the list is given without them", EventName = "resource_list_failed")]
    private partial void LogFailed(Exception exception, string server);
}
