using McpGateway.Envelope;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>
/// Refuses a body that announces more than MCP_HTTP_MAX_BODY_BYTES on an MCP route before anything reads it, and bounds
/// what the server reads of one that announces nothing (chunked); <see cref="McpCallReader"/> refuses that at the same point.
/// </summary>
internal sealed class BodySizeMiddleware(RequestDelegate next, Refusals refusals, IOptionsMonitor<NetworkOptions> network)
{
    public Task InvokeAsync(HttpContext context) => McpRoute.Matches(context) ? LimitAsync(context) : next(context);

    private Task LimitAsync(HttpContext context)
    {
        var limit = network.CurrentValue.MaxMcpBodyBytes;
        if (context.Request.ContentLength > limit)
        {
            return refusals.WriteAsync(context, Refusal.TooLarge);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            // The body reader counts and refuses; the server's own limit also counts what frames a chunked body, which is
            // up to five bytes around each byte.
            feature.MaxRequestBodySize = (limit * 6L) + 4096;
        }

        return next(context);
    }
}
