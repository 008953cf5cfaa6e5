using McpGateway.Envelope;
using Microsoft.AspNetCore.Http.Features;
using ServiceDefaults.Logging.Redaction;

namespace McpGateway.RequestLog;

/// <summary>Writes each request to the access log when its answer has ended, however it ended.</summary>
internal sealed class AccessLogMiddleware(RequestDelegate next, AccessLog log, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();

        // As the caller wrote it: steps behind this one may send it elsewhere.
        var (path, query) = (context.Request.Path.Value ?? "", context.Request.QueryString.Value);
        var body = new CountedBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        context.Features.Set<LoggedRequest>(LoggedRequest.Mark);
        int? status = null;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        catch (BadHttpRequestException exception)
        {
            status = exception.StatusCode;
            throw;
        }
        finally
        {
            log.Write(
                context, QueryText.Redact(path, query), StatusOf(context, status), clock.GetElapsedTime(started),
                HttpMethods.IsHead(context.Request.Method) ? 0 : body.Count);
        }
    }

    /// <summary>499 is what a caller gets who does not wait for the end.</summary>
    private static int StatusOf(HttpContext context, int? status) =>
        context.Features.Get<McpCall>() is { CallerLeft: true } || (status is null && context.RequestAborted.IsCancellationRequested)
            ? StatusCodes.Status499ClientClosedRequest
            : status ?? StatusCodes.Status500InternalServerError;
}
