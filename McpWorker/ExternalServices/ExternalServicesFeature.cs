using ServiceDefaults.Health;

namespace McpWorker.ExternalServices;

/// <summary>Services of others that tools here rely on.</summary>
internal static class ExternalServicesFeature
{
    public static void AddExternalServices(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(CmsHealthCheck.HttpClientName, http => http.Timeout = TimeSpan.FromSeconds(60))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // What counts is whether the address the operator wrote answers, not one it sends us to.
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                MaxResponseHeadersLength = 32,
            });
        builder.Services.AddHealthChecks().AddCheck<CmsHealthCheck>("cms", tags: [HealthTags.Dependency]);
    }
}
