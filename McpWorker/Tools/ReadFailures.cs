using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>What callers learn when a resource or a prompt fails (S-156): what they may know, and a request id under which the log has the rest.</summary>
internal sealed partial class ReadFailures(ILogger<ReadFailures> logger)
{
    public static ReadFailures Of<TParams>(RequestContext<TParams> request) => request.Services!.GetRequiredService<ReadFailures>();

    public async ValueTask<TResult> RunAsync<TParams, TResult>(
        RequestContext<TParams> request, string name, McpRequestHandler<TParams, TResult> next, CancellationToken cancellationToken)
    {
        try
        {
            return await next(request, cancellationToken);
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
}
