using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tools.Subscriptions;

/// <summary><c>subscriptions/listen</c>: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions.</summary>
internal sealed class ListenStreams(ResourceUpdates updates, IHostApplicationLifetime lifetime, ILogger<ListenStreams> logger)
{
    public async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var honoured = Honoured(request, request.Params.Notifications);
        var endpoint = LivePage.Of(request.Server);
        var stream = new ListenStream(request, honoured, endpoint);

        // Nothing may be sent before the acknowledgement, and nothing that happens meanwhile may be lost.
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var outbox = new Outbox(
            async notice =>
            {
                await acknowledged.Task;
                await stream.TellAsync(notice, cancellationToken);
            },
            logger);
        var watch = new ResourceWatch(endpoint, outbox);
        foreach (var uri in honoured.ResourceSubscriptions ?? [])
        {
            watch.TryAdd(uri);
        }

        void OnChanged(object? sender, EventArgs e) => outbox.Post(Notice.PageChanged);
        endpoint.Changed += OnChanged;
        updates.Add(watch);
        try
        {
            await stream.AcknowledgeAsync(cancellationToken);
            acknowledged.SetResult();

            // The page may have changed between the reading of the view and the first change heard of.
            OnChanged(this, EventArgs.Empty);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            await Task.Delay(Timeout.Infinite, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return new EmptyResult { Meta = stream.Meta() };
        }
        finally
        {
            endpoint.Changed -= OnChanged;
            updates.Remove(watch);
            acknowledged.TrySetCanceled(CancellationToken.None);
        }
    }

    private static SubscriptionsListenNotifications Honoured(MessageContext request, SubscriptionsListenNotifications asked)
    {
        var uris = (asked.ResourceSubscriptions ?? [])
            .Distinct(StringComparer.Ordinal).Where(uri => ResourceWatch.MayWatch(request, uri)).Take(ResourceWatch.MaxResources).ToList();
        return new SubscriptionsListenNotifications
        {
            ToolsListChanged = asked.ToolsListChanged is true ? true : null,
            PromptsListChanged = asked.PromptsListChanged is true ? true : null,
            ResourcesListChanged = asked.ResourcesListChanged is true ? true : null,
            ResourceSubscriptions = uris.Count > 0 ? uris : null,
        };
    }
}

/// <summary>One reader of changes, and what it was told last.</summary>
internal sealed class ListenStream(RequestContext<SubscriptionsListenRequestParams> request, SubscriptionsListenNotifications honoured, LivePage endpoint)
{
    private readonly InternalCaller _caller = CallerIdentity.Of(request.User).Call.Caller;
    private Page.View _told = endpoint.Now.ViewOf(CallerIdentity.Of(request.User).Call.Caller);

    public JsonObject Meta() => new()
    {
        [MetaKeys.SubscriptionId] = request.JsonRpcRequest.Id.Id switch
        {
            string text => JsonValue.Create(text),
            long number => JsonValue.Create(number),
            _ => null,
        },
    };

    public Task AcknowledgeAsync(CancellationToken cancellationToken) => SendAsync(
        NotificationMethods.SubscriptionsAcknowledgedNotification,
        new JsonObject
        {
            ["notifications"] = JsonSerializer.SerializeToNode(honoured, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(SubscriptionsListenNotifications))),
        },
        cancellationToken);

    /// <summary>Tells a change of the page only where this caller's own lists have changed.</summary>
    public async Task TellAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (notice.Uri is { } uri)
        {
            await SendAsync(NotificationMethods.ResourceUpdatedNotification, new JsonObject { ["uri"] = uri }, cancellationToken);
            return;
        }

        var before = _told;
        _told = endpoint.Now.ViewOf(_caller);
        if (honoured.ToolsListChanged is true && before.Tools != _told.Tools)
        {
            await SendAsync(NotificationMethods.ToolListChangedNotification, [], cancellationToken);
        }

        if (honoured.PromptsListChanged is true && before.Prompts != _told.Prompts)
        {
            await SendAsync(NotificationMethods.PromptListChangedNotification, [], cancellationToken);
        }

        if (honoured.ResourcesListChanged is true && before.Resources != _told.Resources)
        {
            await SendAsync(NotificationMethods.ResourceListChangedNotification, [], cancellationToken);
        }
    }

    private Task SendAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["_meta"] = Meta();
        return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken);
    }
}
