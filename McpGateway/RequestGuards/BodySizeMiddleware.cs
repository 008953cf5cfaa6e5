using McpGateway.Envelope;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>
/// Refuses a body that announces more than MCP_HTTP_MAX_BODY_BYTES on an MCP route before anything reads it, and makes
/// the server stop reading one that announces nothing (chunked) at the same point.
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
            // Room for the byte by which the body reader notices, so that the refusal is its own and carries a message.
            feature.MaxRequestBodySize = limit + 1L;
        }

        return next(context);
    }
}
