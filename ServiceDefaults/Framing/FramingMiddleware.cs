using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Framing;

/// <summary>
/// Refuses what two HTTP parsers could frame differently and Kestrel lets pass (RFC 9112 section 6), and turns a body
/// that breaks while it is read into an answer instead of a server error.
/// </summary>
internal sealed partial class FramingMiddleware(RequestDelegate next, ILogger<FramingMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsTrace(context.Request.Method) || HttpMethods.IsConnect(context.Request.Method))
        {
            return EndAsync(context, StatusCodes.Status405MethodNotAllowed);
        }

        return IsAmbiguous(context.Request) ? EndAsync(context, StatusCodes.Status400BadRequest) : ReadAsync(context);
    }

    private static bool IsAmbiguous(HttpRequest request)
    {
        var encoding = request.Headers.TransferEncoding;
        return encoding.Count > 0
            && (encoding.Count > 1 || HttpProtocol.IsHttp10(request.Protocol) || !string.Equals(encoding[0], "chunked", StringComparison.OrdinalIgnoreCase));
    }

    private static Task EndAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private async Task ReadAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is BadHttpRequestException or IOException)
        {
            LogBroken(exception.Message);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            var headers = context.Features.Get<IHttpResponseFeature>()?.Headers;
            headers?.Remove("Content-Length");
            await EndAsync(context, (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest);
        }
    }

    [LoggerMessage(LogLevel.Information, "A request broke while it was read: {Reason}", EventName = "request_broken")]
    private partial void LogBroken(string reason);
}
