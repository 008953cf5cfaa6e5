using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults;

namespace McpWorker.Servers;

/// <summary>The caller's end of a bridged call, for as long as one request of its lasts.</summary>
internal sealed class CallerSide
{
    private readonly McpServer _server;
    private readonly ProgressToken? _progress;
    private readonly int _leastLogged;

    private CallerSide(MessageContext context, JsonRpcRequest request, ProgressToken? progress)
    {
        var server = context.Server;
        Request = context;
        _server = server;
        _progress = progress;
        Subject = CallerIdentity.Of(context.User).Call.Caller.Subject;
        Parameters = request.Params as JsonObject ?? [];
        Method = request.Method;
        IsModern = McpVersions.IsModern(request.Context?.ProtocolVersion ?? server.NegotiatedProtocolVersion);
        CanBeAsked = server.IsMrtrSupported;
        Capabilities = !CanBeAsked ? CallerCapabilities.None
            : CallerCapabilities.Of(JsonSerializer.SerializeToNode(
                IsModern ? request.Context?.ClientCapabilities : server.ClientCapabilities, McpJsonUtilities.DefaultOptions));
        LogLevel = IsModern ? (Parameters["_meta"] as JsonObject)?[MetaKeys.LogLevel]?.ToString() : SessionLevel(server);
        _leastLogged = LogLevel is null ? int.MaxValue : LogSeverity.Of(LogLevel);
    }

    public MessageContext Request { get; }

    /// <summary>Whom an answer, a question or a state belongs to.</summary>
    public string Subject { get; }

    public string Method { get; }

    /// <summary>As they came.</summary>
    public JsonObject Parameters { get; }

    /// <summary>It speaks 2026-07-28: it is asked by a result and answers by a further request.</summary>
    public bool IsModern { get; }

    /// <summary>By either way; an older client without a session cannot.</summary>
    public bool CanBeAsked { get; }

    public CallerCapabilities Capabilities { get; }

    /// <summary>Least severe log messages it wants to see; null: none.</summary>
    public string? LogLevel { get; }

    public bool WantsProgress => _progress is not null;

    public static CallerSide Of<TParams>(RequestContext<TParams> request)
        where TParams : RequestParams =>
        new(request, request.JsonRpcRequest, request.Params?.ProgressToken);

    /// <summary>Asks an older client on the stream of its call.</summary>
    public async Task<JsonNode?> AskAsync(JsonRpcRequest question, CancellationToken cancellationToken)
    {
        var asked = new JsonRpcRequest { Method = question.Method, Params = question.Params?.DeepClone() };
        var answer = await _server.SendRequestAsync(asked, cancellationToken);
        return answer.Result?.DeepClone();
    }

    public Task ReportAsync(JsonRpcNotification news)
    {
        if (_progress is not { } token || news.Params is not JsonObject told)
        {
            return Task.CompletedTask;
        }

        var passed = (JsonObject)told.DeepClone();
        passed["progressToken"] = JsonSerializer.SerializeToNode(token, McpJsonUtilities.DefaultOptions);
        return _server.SendMessageAsync(new JsonRpcNotification { Method = news.Method, Params = passed });
    }

    public Task LogAsync(JsonRpcNotification news) =>
        LogSeverity.Of(news.Params?["level"]?.ToString()) >= _leastLogged
            ? _server.SendMessageAsync(new JsonRpcNotification { Method = news.Method, Params = news.Params?.DeepClone() })
            : Task.CompletedTask;

#pragma warning disable MCP9005 // Deprecated for servers of ours; callers of older versions still set a level and expect messages.
    private static string? SessionLevel(McpServer server) =>
        server.LoggingLevel is { } level ? JsonSerializer.SerializeToNode(level, McpJsonUtilities.DefaultOptions)!.GetValue<string>() : null;
#pragma warning restore MCP9005
}
