using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>
/// What one connection carries: our calls on their way, and what the server says meanwhile. A server of the older protocol
/// does not say for which call it asks or reports; it is only ever taken to mean a call that is alone on its connection.
/// </summary>
internal sealed class ServerTraffic(string server, ServerNews news)
{
    // The SDK's name for it is marked deprecated, for servers of ours; older servers still log by it.
    private const string LogMessage = "notifications/message";

    private readonly ConcurrentDictionary<RequestId, CancellationTokenSource> _questions = new();
    private volatile bool _hasAsked;

    /// <summary>The server speaks 2026-07-28: it never asks by itself, and a connection that closes is a call that is cancelled.</summary>
    public bool IsModern { get; set; }

    public CallsUnderWay Calls { get; } = new();

    /// <summary>
    /// A call was given up that the server may still be at, and it is a server that asks: what it asks next could be for
    /// that call. Only a new connection makes sure.
    /// </summary>
    public bool IsUnsure => _hasAsked && Calls.SomeGivenUp;

    /// <summary>Puts back what the SDK's client replaces by its own on each request: a caller's capabilities and log level.</summary>
    public void Leaving(JsonRpcMessage message)
    {
        if (message is JsonRpcRequest { Method: RequestMethods.Initialize, Params: JsonObject handshake })
        {
            handshake["capabilities"] = CallerCapabilities.Everything();
        }
        else if (message is JsonRpcRequest request && IsModern && Calls.Find(request.Id) is { } call
            && request.Params is JsonObject parameters && parameters["_meta"] is JsonObject meta)
        {
            meta[MetaKeys.ClientCapabilities] = call.Capabilities.ToJson();
            if (call.LogLevel is { } level)
            {
                meta[MetaKeys.LogLevel] = level;
            }
        }
    }

    /// <summary>Takes a message of the server. Null when it was ours to take; else what the SDK's client shall see of it.</summary>
    public JsonRpcMessage? Arrived(JsonRpcMessage message, ITransport channel)
    {
        switch (message)
        {
            case JsonRpcResponse response when Calls.Has(response.Id):
                return Enclose(response, new JsonObject { ["result"] = response.Result });
            case JsonRpcError error when Calls.Has(error.Id):
                return Enclose(error, new JsonObject { ["error"] = ServerFailure.ToJson(error.Error) });
            case JsonRpcResponse or JsonRpcError when Calls.WasGivenUp(((JsonRpcMessageWithId)message).Id):
                return null;
            case JsonRpcRequest question when CallerCapabilities.IsQuestion(question.Method):
                _hasAsked |= Calls.Running > 0;
                _ = AnswerAsync(question, channel);
                return null;
            case JsonRpcNotification notification:
                Notified(notification);
                return null;
            default:
                return message;
        }
    }

    /// <summary>Tells a server of the older protocol that a call is given up.</summary>
    public async Task TellCancelledAsync(ITransport channel, RequestId id)
    {
        if (IsModern || !Calls.Has(id))
        {
            return;
        }

        try
        {
            await channel.SendMessageAsync(new JsonRpcNotification
            {
                Method = NotificationMethods.CancelledNotification,
                Params = new JsonObject { ["requestId"] = IdNode(id), ["reason"] = "The caller left." },
            });
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException or McpException)
        {
            // The server is away; nothing runs there for a caller any more.
        }
    }

    /// <summary>The SDK's client would answer input requests itself and turn errors into its own; enclosed, both pass.</summary>
    private static JsonRpcResponse Enclose(JsonRpcMessageWithId answer, JsonObject content) => new() { Id = answer.Id, Result = content, Context = answer.Context };

    private void Notified(JsonRpcNotification notification)
    {
        switch (notification.Method)
        {
            case NotificationMethods.ProgressNotification:
                if (Calls.OfToken(notification.Params?["progressToken"]) is { } reporting)
                {
                    reporting.Report(notification);
                }

                break;
            case LogMessage:
                news.Logged(notification);
                Calls.Sole()?.Log(notification);
                break;
            case NotificationMethods.ResourceUpdatedNotification:
                news.Updated(notification);
                break;
            case NotificationMethods.ToolListChangedNotification or NotificationMethods.PromptListChangedNotification or NotificationMethods.ResourceListChangedNotification:
                news.ListChanged();
                break;
            case NotificationMethods.CancelledNotification:
                if (IdOf(notification.Params?["requestId"]) is { } withdrawn && _questions.TryGetValue(withdrawn, out var stop))
                {
                    stop.Cancel();
                }

                break;
        }
    }

    private async Task AnswerAsync(JsonRpcRequest question, ITransport channel)
    {
        using var withdrawn = new CancellationTokenSource();
        _questions[question.Id] = withdrawn;
        JsonRpcMessage answer;
        try
        {
            var call = Calls.Sole() ?? throw Unattributable(question.Method);
            answer = new JsonRpcResponse { Id = question.Id, Result = await call.AskAsync(question, withdrawn.Token) };
        }
        catch (Exception exception)
        {
            // Whatever keeps the question from its caller, the server must not wait for ever.
            answer = new JsonRpcError { Id = question.Id, Error = ServerFailure.AnswerTo(question.Method, exception) };
        }
        finally
        {
            _questions.TryRemove(question.Id, out _);
        }

        try
        {
            await channel.SendMessageAsync(answer);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException or McpException)
        {
            // The server went away while its question was answered; its end is dealt with where it is waited for.
        }
    }

    private McpProtocolException Unattributable(string method)
    {
        if (Calls is { Running: 0, SomeGivenUp: false })
        {
            // Some ask for roots as soon as they are connected. There is no caller then, and each has roots of its own.
            return new McpProtocolException($"{method} can be answered during a call only.", McpErrorCode.InvalidRequest);
        }

        news.Unattributable(method, Calls.Running + Calls.GivenUp);
        return new McpProtocolException(
            $"It cannot be told which of the calls at '{server}' this is for; a server that asks needs 'exclusive: true'.", McpErrorCode.InvalidRequest);
    }

    private static RequestId? IdOf(JsonNode? node) =>
        node is not JsonValue value ? null
        : value.TryGetValue<long>(out var number) ? new RequestId(number)
        : value.TryGetValue<string>(out var text) ? new RequestId(text) : null;

    private static JsonNode IdNode(RequestId id) => id.Id is long number ? number : id.ToString();
}
