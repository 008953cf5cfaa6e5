using McpGateway.Telemetry;
using Microsoft.Net.Http.Headers;

namespace McpGateway.Envelope;

/// <summary>Refuses messages that are wrong in themselves, before anything is decided by what they say.</summary>
internal sealed class EnvelopeMiddleware(RequestDelegate next, McpCallReader reader, Refusals refusals, GatewaySpans spans)
{
    public Task InvokeAsync(HttpContext context) => McpRoute.Matches(context) ? CheckAsync(context) : next(context);

    private async Task CheckAsync(HttpContext context)
    {
        var call = McpCall.Of(context);
        if (!await reader.TryReadAsync(context, call))
        {
            await refusals.WriteAsync(context, Refusal.TooLarge);
            return;
        }

        if (HttpMethods.IsPost(context.Request.Method) && FindRefusal(context.Request, call.Envelope) is { } refusal)
        {
            await refusals.WriteAsync(context, refusal);
            return;
        }

        await RunAsync(context, call);
    }

    private async Task RunAsync(HttpContext context, McpCall call)
    {
        if (spans.JoinCallersTrace(call.Envelope) is not { } span)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            GatewaySpans.End(span, context, call);
        }
    }

    private static Refusal? FindRefusal(HttpRequest request, McpEnvelope envelope)
    {
        if (!IsJson(request))
        {
            return Refusal.UnsupportedMediaType;
        }

        var fault = envelope.Fault ?? ModernHeaders.FindFault(request.Headers, envelope);
        return fault is null ? null : Refusal.Malformed(fault);
    }

    /// <summary>Another charset would mean other characters to whoever honours it than to the reader of these bytes.</summary>
    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
