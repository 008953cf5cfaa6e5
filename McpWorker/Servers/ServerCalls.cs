using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpModules;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Servers;

/// <summary>
/// Carries a caller's request to a server and the answer back, in whichever protocol version either side speaks; in between,
/// what the server wants to know of the caller.
/// </summary>
internal sealed class ServerCalls(SuspendedCalls suspended, IRequestState states, ToolSpans spans, TimeProvider clock)
{
    private const int MaxState = 8 * 1024;
    private const string RequestState = "requestState";

    public ToolSpans Spans => spans;

    /// <param name="rename">Puts the server's own names in place of ours.</param>
    /// <param name="mayRepeat">Done twice it does no more than once, so that it may be tried again when the server died over it.</param>
    public async Task<TResult> RunAsync<TParams, TResult>(
        BridgedServer server, RequestContext<TParams> request, Action<JsonObject> rename, bool mayRepeat, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        var caller = CallerSide.Of(request);
        using var limit = new CancellationTokenSource(server.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await RunAsync<TResult>(server, caller, rename, mayRepeat, patience.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new McpException($"The server '{server.Name}' did not answer within {server.TimeoutSeconds} s (servers.{server.Name}.timeout), and the call was stopped.", exception);
        }
    }

    private async Task<TResult> RunAsync<TResult>(
        BridgedServer server, CallerSide caller, Action<JsonObject> rename, bool mayRepeat, CancellationToken cancellationToken)
    {
        if (WaitingCallState.TryRead((caller.Parameters[RequestState] as JsonValue)?.ToString(), out var home, out var handle))
        {
            return await FinishAsync<TResult>(server, suspended.Take(home, handle, server.Name, caller), caller, cancellationToken);
        }

        // To a modern server all callers are one, this worker: without an envelope of ours, a caller could bring another's state.
        var state = states.Open(caller.Request);

        for (var isFirst = true; ; isFirst = false)
        {
            var parameters = (JsonObject)caller.Parameters.DeepClone();
            rename(parameters);
            if (state is not null)
            {
                parameters[RequestState] = Encoding.UTF8.GetString(state);
            }

            try
            {
                var call = await server.StartAsync(caller.Method, parameters, caller, cancellationToken);
                return await FinishAsync<TResult>(server, call, caller, cancellationToken);
            }
            catch (ServerLostException) when (mayRepeat && isFirst)
            {
                // Once more, on whichever instance is there now.
            }
        }
    }

    private async Task<TResult> FinishAsync<TResult>(BridgedServer server, BridgedCall call, CallerSide caller, CancellationToken cancellationToken)
    {
        var round = await call.RoundAsync(caller, cancellationToken);
        if (round.Answer is null)
        {
            throw new InputRequiredException(
                round.Questions.ToDictionary(question => question.Key, question => question.ToInputRequest(), StringComparer.Ordinal), suspended.Keep(call, caller));
        }

        if (round.Answer["error"] is JsonObject error)
        {
            throw caller.IsModern && ServerFailure.UrlsOf(error) is { } urls
                ? Ask(server, caller, new InputRequiredResult { InputRequests = urls }) : ServerFailure.FromJson(error);
        }

        if (round.Answer["result"] is not JsonObject result)
        {
            throw new McpException($"The server '{server.Name}' gave a result that is not an object.");
        }

        if (result["resultType"]?.ToString() == "input_required")
        {
            throw Ask(server, caller, Read<InputRequiredResult>(server, result));
        }

        return Read<TResult>(server, result);
    }

    /// <summary>A modern server asks: its caller, if it is an older one with a session, is asked by the SDK's server.</summary>
    private Exception Ask(BridgedServer server, CallerSide caller, InputRequiredResult asked)
    {
        if (!caller.CanBeAsked)
        {
            return new McpException($"'{server.Name}' asks for input, and this client cannot be asked: it has no session. Use a client of 2026-07-28, or one with sessions.");
        }

        foreach (var (_, question) in asked.InputRequests ?? ImmutableDictionary<string, InputRequest>.Empty)
        {
            if (!caller.Capabilities.Allow(question.Method, question.Params is { } parameters ? JsonSerializer.SerializeToNode(parameters) : null))
            {
                return new McpException($"'{server.Name}' asks for {question.Method}, which this client does not offer.");
            }
        }

        if (asked.RequestState?.Length > MaxState)
        {
            return new McpException($"'{server.Name}' asks its caller to remember more than {MaxState} characters.");
        }

        return asked.InputRequests is null && asked.RequestState is null
            ? new McpException($"'{server.Name}' asks for input without saying for what.")
            : new InputRequiredException(asked.InputRequests, asked.RequestState is { } theirs ? states.Seal(caller.Request, Encoding.UTF8.GetBytes(theirs)) : null);
    }

    private static T Read<T>(BridgedServer server, JsonObject result)
    {
        try
        {
            return result.Deserialize<T>(McpJsonUtilities.DefaultOptions)!;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new McpException($"The server '{server.Name}' gave a result that is not as MCP defines it; its operator should know.", exception);
        }
    }
}
