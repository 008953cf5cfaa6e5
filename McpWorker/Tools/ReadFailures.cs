using McpWorker.InternalAccess;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Tools;

/// <summary>
/// What callers learn when a resource, a prompt or a completion fails (S-156) or takes too long (S-140): what they may know,
/// and a request id under which the log has the rest.
/// </summary>
internal sealed partial class ReadFailures(TimeLimit limit, IOptionsMonitor<ModuleOptions> modules, ILogger<ReadFailures> logger)
{
    public static ReadFailures Of<TParams>(RequestContext<TParams> request) => request.Services!.GetRequiredService<ReadFailures>();

    public async ValueTask<TResult> RunAsync<TParams, TResult>(
        RequestContext<TParams> request, string name, McpRequestHandler<TParams, TResult> next, CancellationToken cancellationToken)
    {
        try
        {
            return await limit.RunAsync(stop => next(request, stop).AsTask(), cancellationToken);
        }
        catch (TimeLimitException exception)
        {
            LogTooSlow(name, modules.CurrentValue.TimeoutSeconds);
            throw new McpProtocolException(
                $"'{name}' did not answer within {modules.CurrentValue.TimeoutSeconds} s (MCP_MODULE_TIMEOUT) and was stopped. Request id: {IdOf(request)}", exception, McpErrorCode.InternalError);
        }
        catch (McpException exception) when (exception is not McpProtocolException)
        {
            throw new McpProtocolException($"{exception.Message} Request id: {IdOf(request)}", exception, McpErrorCode.InvalidParams);
        }
        catch (Exception exception) when (exception is not (McpProtocolException or InputRequiredException) && !cancellationToken.IsCancellationRequested)
        {
            // Whatever a module throws stays here: its text may hold data of others.
            LogFailed(exception, name);
            throw new McpProtocolException($"'{name}' failed; the worker's log tells why. Request id: {IdOf(request)}", exception, McpErrorCode.InternalError);
        }
    }

    private static string IdOf<TParams>(RequestContext<TParams> request) => CallerIdentity.Of(request.User).Call.RequestId;

    [LoggerMessage(LogLevel.Error, "{Name} could not be read", EventName = "read_failed")]
    private partial void LogFailed(Exception exception, string name);

    [LoggerMessage(LogLevel.Warning, "{Name} could not be read within {Seconds} s (MCP_MODULE_TIMEOUT)", EventName = "read_timed_out")]
    private partial void LogTooSlow(string name, int seconds);
}
