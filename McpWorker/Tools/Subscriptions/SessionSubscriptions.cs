using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Subscriptions;

/// <summary><c>resources/subscribe</c> and <c>unsubscribe</c> of the older protocol versions; updates go out on the session's own stream.</summary>
internal sealed class SessionSubscriptions(ResourceUpdates updates, ILogger<SessionSubscriptions> logger)
{
    public ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken _)
    {
        var uri = request.Params.Uri;
        if (!ResourceWatch.MayWatch(request, uri))
        {
            throw ResourceReads.NotThere(uri, request.Server);
        }

        if (WatchOf(request) is { } watch && !watch.TryAdd(uri))
        {
            throw new McpProtocolException(
                $"This session watches {ResourceWatch.MaxResources} resources, the most it may. Unsubscribe from one first.", McpErrorCode.InvalidParams);
        }

        return ValueTask.FromResult(new EmptyResult());
    }

    public ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken _)
    {
        WatchOf(request)?.Remove(request.Params.Uri);
        return ValueTask.FromResult(new EmptyResult());
    }

    /// <summary>Null outside of sessions, where there is no stream to tell anything on.</summary>
    private ResourceWatch? WatchOf(MessageContext request) =>
        CallerIdentity.Of(request.User).Session is { SessionId: not null } session
            ? updates.OfSession(session, Create) : null;

    private ResourceWatch Create(McpServer session)
    {
        // The watch must not keep the session alive: it lives as long as the session does.
        var weak = new WeakReference<McpServer>(session);
        var outbox = new Outbox(
            notice => weak.TryGetTarget(out var target)
                ? target.SendNotificationAsync(
                    NotificationMethods.ResourceUpdatedNotification, new ResourceUpdatedNotificationParams { Uri = notice.Uri! })
                : Task.CompletedTask,
            logger);
        return new ResourceWatch(LivePage.Of(session), outbox);
    }
}
