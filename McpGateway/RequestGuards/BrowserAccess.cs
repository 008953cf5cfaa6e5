using McpGateway.Forwarding;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>What CORS tells browsers: only MCP_CORS_ORIGINS may read answers. Cookies never count, so neither do credentials.</summary>
internal sealed class BrowserAccess : ICorsPolicyProvider, IDisposable
{
    private readonly IDisposable? _watch;
    private volatile Task<CorsPolicy?> _policy;

    public BrowserAccess(IOptionsMonitor<NetworkOptions> network)
    {
        _policy = Make(network.CurrentValue);
        _watch = network.OnChange((next, _) => _policy = Make(next));
    }

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) => _policy;

    public void Dispose() => _watch?.Dispose();

    private static Task<CorsPolicy?> Make(NetworkOptions network) => Task.FromResult<CorsPolicy?>(
        new CorsPolicyBuilder([.. network.CorsOrigins])
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
            .AllowAnyHeader()
            .WithExposedHeaders(
                ForwardedHeaders.SessionId, ForwardedHeaders.RequestId, HeaderNames.WWWAuthenticate, HeaderNames.RetryAfter,
                "RateLimit", "RateLimit-Policy")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))
            .Build());
}
