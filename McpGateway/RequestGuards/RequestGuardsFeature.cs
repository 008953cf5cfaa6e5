using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ServiceDefaults.Framing;

namespace McpGateway.RequestGuards;

/// <summary>What a request must be like before anybody asks who sent it.</summary>
internal static class RequestGuardsFeature
{
    public static void AddRequestGuards(this WebApplicationBuilder builder)
    {
        builder.AddStrictFraming();
        builder.Services.AddSingleton<HostPolicy>();
        builder.Services.AddSingleton<ICorsPolicyProvider, BrowserAccess>();
        builder.Services.AddCors();
        builder.Services.Configure<KestrelServerOptions>(Limit);
    }

    /// <summary>Framing first, because nothing behind an ambiguous request can be trusted; then names; then sizes.</summary>
    public static void UseRequestGuards(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseStrictFraming();
        app.UseMiddleware<HostGuardMiddleware>();
        app.UseCors();
    }

    /// <summary>Sizes, behind the opening of the call: their refusals are MCP answers.</summary>
    public static void UseBodyLimits(this WebApplication app) => app.UseMiddleware<BodySizeMiddleware>();

    /// <summary>Slow senders hold a connection for seconds, not minutes (reliability against slow-header and slow-body floods).</summary>
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(65);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
