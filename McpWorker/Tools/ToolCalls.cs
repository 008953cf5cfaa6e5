using McpWorker.Arguments;
using McpWorker.Caching;
using McpWorker.InternalAccess;
using McpWorker.Modules;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Tools;

/// <summary>
/// Every tool call passes here, whoever offers the tool: permission, arguments, kept results, time limit, a place to run in, span, count,
/// log, and errors a caller can use.
/// </summary>
internal sealed class ToolCalls(
    IOptionsMonitor<ModuleOptions> modules,
    ToolArguments arguments,
    ToolCache cache,
    TimeLimit limit,
    Bulkheads bulkheads,
    ToolRetries retries,
    ToolMetrics metrics,
    ToolSpans spans,
    ToolEvents events,
    TimeProvider clock)
{
    public async ValueTask<CallToolResult> RunAsync(
        RequestContext<CallToolRequestParams> request,
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        CancellationToken cancellationToken)
    {
        var call = CallerIdentity.Of(request.User).Call;
        if (ToolAddress.Of(request.MatchedPrimitive) is not { } address)
        {
            return await next(request, cancellationToken);
        }

        Authorize(call, request.Params.Name, address);
        arguments.Check(request, address);

        var tool = address.FederatedName;
        using var span = spans.Start();
        var outcome = "error";
        var started = clock.GetTimestamp();
        events.Started(tool, request.Params.Arguments);
        if (ModuleTool.Of(request.MatchedPrimitive)?.Version is { Deprecated: { } deprecated })
        {
            events.Deprecated(tool, address.Version, deprecated, call.Caller.Subject);
        }

        try
        {
            var result = await cache.RunAsync(
                request, address, () => limit.RunAsync(stop => RunInPlaceAsync(request, next, address, stop), cancellationToken));
            outcome = result.IsError is true ? "error" : "success";
            Log(tool, result, clock.GetElapsedTime(started));
            return result;
        }
        catch (Exception exception) when (ToolSpans.Note(span, exception))
        {
            throw;
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
            events.Failed(LogLevel.Information, exception, tool, clock.GetElapsedTime(started));
            throw;
        }
        catch (TimeLimitException exception)
        {
            outcome = "timeout";
            events.Failed(LogLevel.Warning, exception, tool, clock.GetElapsedTime(started));
            return Failure($"'{tool}' did not answer within {modules.CurrentValue.TimeoutSeconds} s (MCP_MODULE_TIMEOUT) and was stopped.", call);
        }
        catch (McpException exception) when (exception is not McpProtocolException)
        {
            events.Failed(LogLevel.Warning, exception, tool, clock.GetElapsedTime(started));
            return Failure(exception.Message, call);
        }
        catch (Exception exception) when (exception is not (McpProtocolException or InputRequiredException))
        {
            // Whatever a module throws stays here: its text may hold data of others.
            events.Failed(LogLevel.Error, exception, tool, clock.GetElapsedTime(started));
            return Failure($"'{tool}' failed; the worker's log tells why.", call);
        }
        catch (McpProtocolException exception)
        {
            events.Failed(LogLevel.Warning, exception, tool, clock.GetElapsedTime(started));
            throw;
        }
        catch (InputRequiredException)
        {
            // The tool asks its caller something; that is an answer.
            events.Completed(tool, clock.GetElapsedTime(started));
            throw;
        }
        finally
        {
            ToolSpans.End(span, request, address, outcome);
            metrics.Ended(address, outcome);
        }
    }

    /// <summary>
    /// The signed call is compared with what the SDK is about to run, not with what some reader saw in the body: two
    /// readers may disagree over a body with odd keys.
    /// </summary>
    private static void Authorize(InternalCall call, string tool, ToolAddress address)
    {
        if (call.Target != tool || !Permissions.Allows(call.Caller.Permissions, Permissions.ForTool(address.Server, address.Name, Permissions.Call)))
        {
            throw new McpProtocolException($"This caller may not call '{tool}'.", McpErrorCode.InvalidParams);
        }
    }

    /// <summary>The place is held until the tool has ended, also when its time was up before.</summary>
    private async Task<CallToolResult> RunInPlaceAsync(
        RequestContext<CallToolRequestParams> request,
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        ToolAddress address,
        CancellationToken cancellationToken)
    {
        using var place = await bulkheads.EnterAsync(address.Server, cancellationToken);
        var tool = ModuleTool.Of(request.MatchedPrimitive);
        try
        {
            return await retries.RunAsync(tool, address, token => next(request, token), cancellationToken);
        }
        finally
        {
            await cache.EndedAsync(tool, address);
        }
    }

    private void Log(string tool, CallToolResult result, TimeSpan elapsed)
    {
        if (result.IsError is true)
        {
            // Its text is for the caller: it may hold what the caller alone may see.
            events.Failed(LogLevel.Warning, new McpException("The result reports an error."), tool, elapsed);
        }
        else
        {
            events.Completed(tool, elapsed);
        }
    }

    private static CallToolResult Failure(string message, InternalCall call) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = $"{message} Request id: {call.RequestId}" }],
    };
}
