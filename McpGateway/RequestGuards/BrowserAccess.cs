using McpGateway.Forwarding;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>What CORS tells browsers: only MCP_CORS_ORIGINS may read answers. Cookies never count, so neither do credentials.</summary>
internal sealed class BrowserAccess(IOptions<NetworkOptions> network) : IConfigureOptions<CorsOptions>
{
    public void Configure(CorsOptions options) => options.AddDefaultPolicy(policy => policy
        .WithOrigins([.. network.Value.CorsOrigins])
        .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
        .AllowAnyHeader()
        .WithExposedHeaders(
            ForwardedHeaders.SessionId, ForwardedHeaders.RequestId, HeaderNames.WWWAuthenticate, HeaderNames.RetryAfter,
            "RateLimit", "RateLimit-Policy")
        .SetPreflightMaxAge(TimeSpan.FromHours(1)));
}
