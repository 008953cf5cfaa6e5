using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using ServiceDefaults.Database;
using ServiceDefaults.Telemetry.Metrics.Catalog;
using ServiceDefaults.Tests.Settings;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

public sealed class CatalogTests(PostgresServer postgres)
{
    /// <summary>Appendix C of the requirements, letter for letter.</summary>
    private static readonly string[] Asked =
    [
        "mcp_requests_total", "mcp_request_duration_seconds", "mcp_active_connections", "mcp_errors_total", "cpu_utilization_percent",
        "memory_usage_bytes", "disk_io_operations", "network_throughput_bytes", "tools_executed_total", "resources_accessed_total",
        "user_sessions_active", "api_quota_remaining", "http_request_duration_seconds", "http_requests_total", "authentication_attempts_total",
        "active_connections", "process_resident_memory_bytes", "mcp_requests_failed_total", "mcp_auth_failures_total", "mcp_database_pool_available",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_page_is_what_the_code_says() =>
        Assert.Equal(MetricsPage.Render(), File.ReadAllText(Repository.PathOf("docs/METRICS.md")));

    [Fact]
    [Trait("Requirement", "S-178")]
    public void Every_name_asked_for_is_in_the_catalogue() =>
        Assert.Empty(Asked.Except(MetricCatalog.All.Select(metric => metric.Name), StringComparer.Ordinal));

    [Fact]
    [Trait("Requirement", "S-178")]
    public async Task A_service_has_the_metrics_all_services_have_with_their_types_and_labels()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await using var service = await TestService.StartAsync(
            [$"ConnectionStrings:mcpdb={database.OwnerConnectionString}"],
            builder => builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name),
            app => app.MapGet("/fails", string () => throw new InvalidOperationException("on purpose")),
            Token);
        _ = service.Services.GetRequiredService<NpgsqlDataSource>();
        using var failed = await service.Client.GetAsync("/fails", Token);

        var scrape = await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("mcp_database_pool_size") > 0, Token);

        Assert.Empty(OwnMetrics.Differences(scrape, "no service in particular"));
        Assert.Equal(1, scrape.Value("http_requests_total", ("route", "/fails"), ("status", "500")));
    }

    [Fact]
    [Trait("Requirement", "S-186")]
    public async Task Durations_have_the_buckets_of_the_baseline()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        await service.Client.GetStringAsync("/alive", Token);

        var scrape = await Scrape.OfAsync(service.Metrics, Token);

        Assert.Superset(
            new HashSet<string>(["0.001", "0.1", "0.5", "1", "+Inf"], StringComparer.Ordinal),
            scrape.With("http_request_duration_seconds_bucket", ("method", "GET"), ("route", "/alive"), ("status_code", "200")).Select(bucket => bucket.Labels["le"]).ToHashSet(StringComparer.Ordinal));
    }
}
