using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServiceDefaults.Health;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.ExternalServices;

/// <summary>
/// Asks the content management system at CMS_BASE_URL for its health: <c>/health</c> below the base, so <c>/api/health</c> of
/// a base that ends in <c>/api</c>. Without the setting there is nothing to check (S-170).
/// </summary>
internal sealed class CmsHealthCheck(IHttpClientFactory clients, IOptionsMonitor<ModuleOptions> options) : IHealthCheck
{
    public const string HttpClientName = "cms-health";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (options.CurrentValue.CmsBaseUrl is not { Length: > 0 } url)
        {
            return HealthCheckResult.Healthy();
        }

        using var client = clients.CreateClient(HttpClientName);
        try
        {
            // The head is the answer; a body without end must not be read.
            using var response = await client.GetAsync(HealthOf(url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode
                ? HealthCheckResult.Healthy()
                : PublicReason.Unhealthy($"answers with status {(int)response.StatusCode}");
        }
        catch (HttpRequestException exception)
        {
            return PublicReason.Unhealthy("does not answer", exception);
        }
    }

    /// <summary>A query of the base, such as a key, stays with the request.</summary>
    private static Uri HealthOf(string baseUrl)
    {
        var address = new UriBuilder(baseUrl);
        address.Path = address.Path.TrimEnd('/') + "/health";
        return address.Uri;
    }
}
