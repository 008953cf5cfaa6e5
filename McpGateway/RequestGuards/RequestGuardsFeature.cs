using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using ServiceDefaults.Framing;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>What a request must be like before anybody asks who sent it.</summary>
internal static class RequestGuardsFeature
{
    public static void AddRequestGuards(this WebApplicationBuilder builder)
    {
        builder.AddStrictFraming();
        builder.Services.AddSingleton<HostPolicy>();
        builder.Services.AddCors();
        builder.Services.AddSingleton<IConfigureOptions<CorsOptions>, BrowserAccess>();
        builder.Services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<NetworkOptions>>((kestrel, network) => Limit(kestrel, network.Value));
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
    private static void Limit(KestrelServerOptions kestrel, NetworkOptions network)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = network.MaxRequestBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(65);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
