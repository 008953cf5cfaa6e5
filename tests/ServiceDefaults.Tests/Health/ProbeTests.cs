using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using ServiceDefaults.Database;
using ServiceDefaults.Health;
using Testing;

namespace ServiceDefaults.Tests.Health;

public sealed class ProbeTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-164")]
    [InlineData("/health/live")]
    [InlineData("/alive")]
    public async Task A_process_is_alive_whatever_its_dependencies_do(string path)
    {
        await using var service = await TestService.StartAsync(["ConnectionStrings:mcpdb=Host=127.0.0.1;Port=1"], WithStores, cancellationToken: Token);

        var (status, body) = await GetAsync(service, path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"status":"alive"}""", body);
    }

    [Theory]
    [Trait("Requirement", "S-164")]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_balancer_may_ask_without_wanting_a_body(string path)
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var answer = await service.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    [Trait("Requirement", "S-161")]
    [Trait("Requirement", "S-162")]
    [Trait("Requirement", "S-057")]
    public async Task A_healthy_service_says_so_with_version_uptime_and_every_check()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        var (status, body) = await GetAsync(service, "/health");

        var document = JsonDocument.Parse(body).RootElement;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("healthy", document.GetProperty("status").GetString());
        Assert.True(DateTimeOffset.Parse(document.GetProperty("timestamp").GetString()!, System.Globalization.CultureInfo.InvariantCulture).Offset == TimeSpan.Zero);
        Assert.Equal(ProductVersion.Current, document.GetProperty("version").GetString());
        Assert.InRange(document.GetProperty("uptime").GetDouble(), 0, 100_000);
        Assert.Equal(
            ["server=healthy", "database=healthy", "dependencies=healthy", "disk_space=healthy", "memory=healthy"],
            document.GetProperty("checks").EnumerateObject().Select(check => $"{check.Name}={check.Value}"));
    }

    [Fact]
    [Trait("Requirement", "S-163")]
    [Trait("Requirement", "S-174")]
    public async Task Without_its_database_it_is_unhealthy_and_gives_nothing_away()
    {
        var port = FreePort.Next();
        await using var service = await TestService.StartAsync(
            [$"ConnectionStrings:mcpdb=Host=localhost;Port={port};Username=boss;Password=hush"], WithDatabase, cancellationToken: Token);

        var (status, body) = await GetAsync(service, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("\"database\":\"unreachable\"", body, StringComparison.Ordinal);
        foreach (var secret in (string[])["localhost", port.ToString(), "boss", "hush", "Exception", "refused"])
        {
            Assert.DoesNotContain(secret, body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("Requirement", "S-171")]
    public async Task Memory_beyond_the_threshold_is_told()
    {
        await using var service = await TestService.StartAsync(["MCP_HEALTH_MAX_MEMORY_PERCENT=0", "MCP_HEALTH_MIN_FREE_DISK_PERCENT=0"], cancellationToken: Token);

        var (status, body) = await GetAsync(service, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("of the limit used, at most 0 % wanted", body, StringComparison.Ordinal);
        Assert.Contains("\"disk_space\":\"healthy\"", body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-165")]
    public async Task Readiness_follows_redis_down_and_up_again()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var service = await TestService.StartAsync(
            [$"ConnectionStrings:mcpdb={database.AppConnectionString}", $"ConnectionStrings:redis={redis.ConnectionString}"], WithStores, cancellationToken: Token);

        Assert.Equal((HttpStatusCode.OK, Ready(true, true, true)), await GetAsync(service, "/health/ready"));
        await redis.StopAsync(Token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, NotReady(true, false, true, "cache_unavailable")), await UntilAsync(service, HttpStatusCode.ServiceUnavailable));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(service, "/health/ready?degraded=ok")).Status);
        await redis.StartAsync(Token);
        Assert.Equal((HttpStatusCode.OK, Ready(true, true, true)), await UntilAsync(service, HttpStatusCode.OK));
    }

    [Fact]
    [Trait("Requirement", "S-306")]
    public async Task An_old_schema_is_not_ready_until_somebody_migrates()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var needed = new Migration(998, "worker", "needed", "SELECT 1");
        await using var service = await TestService.StartAsync(
            [$"ConnectionStrings:mcpdb={database.AppConnectionString}"],
            builder =>
            {
                WithDatabase(builder);
                builder.Services.AddSingleton(new SchemaGate([.. MigrationCatalog.Product, needed]));
            },
            cancellationToken: Token);

        var outdated = await GetAsync(service, "/health/ready?degraded=ok");
        await new Migrator([.. MigrationCatalog.Product, needed]).MigrateAsync(database.OwnerConnectionString, new RolePasswords("", ""), report: null, Token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, NotReady(true, true, true, "schema_outdated")), outdated);
        Assert.Equal((HttpStatusCode.OK, Ready(true, true, true)), await UntilAsync(service, HttpStatusCode.OK));
    }

    [Fact]
    public async Task An_instance_that_was_never_ready_does_not_serve_degraded()
    {
        await using var service = await TestService.StartAsync(
            [$"ConnectionStrings:mcpdb=Host=127.0.0.1;Port={FreePort.Next()}"], WithDatabase, cancellationToken: Token);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, NotReady(false, true, true, "database_unavailable")),
            await GetAsync(service, "/health/ready?degraded=ok"));
    }

    [Fact]
    [Trait("Requirement", "S-172")]
    public async Task A_draining_instance_is_alive_but_not_ready()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        service.Services.GetRequiredService<DrainState>().Drain();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, NotReady(true, true, true, "draining")), await GetAsync(service, "/health/ready?degraded=ok"));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(service, "/health/live")).Status);
    }

    [Fact]
    [Trait("Requirement", "S-172")]
    public async Task A_stopping_host_drains()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        var drain = service.Services.GetRequiredService<DrainState>();

        service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.True(drain.IsDraining);
    }

    [Fact]
    [Trait("Requirement", "S-168")]
    [Trait("Requirement", "S-169")]
    public async Task A_hanging_check_hides_no_other_and_costs_one_time_out()
    {
        await using var service = await TestService.StartAsync(
            ["MCP_HEALTH_CHECK_TIMEOUT=1"],
            builder => builder.Services.AddHealthChecks()
                .AddAsyncCheck("stuck", () => new TaskCompletionSource<HealthCheckResult>().Task, [HealthTags.Dependency])
                .AddAsyncCheck("stuck_too", () => new TaskCompletionSource<HealthCheckResult>().Task, [HealthTags.Dependency])
                .AddCheck("broken", () => throw new InvalidOperationException("at db.internal:5432"), [HealthTags.Dependency])
                .AddCheck("empty", () => PublicReason.Unhealthy("no worker is reachable"), [HealthTags.Dependency]),
            cancellationToken: Token);

        var (status, body) = await GetAsync(service, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(
            "stuck: timed out, stuck_too: timed out, broken: unhealthy, empty: no worker is reachable",
            JsonDocument.Parse(body).RootElement.GetProperty("checks").GetProperty("dependencies").GetString());
    }

    [Fact]
    public async Task A_flood_of_probes_asks_a_dependency_once_a_second()
    {
        var asked = 0;
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(
            build: builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.AddHealthChecks().AddCheck("counted", () => Counted(ref asked), [HealthTags.Dependency]);
            },
            cancellationToken: Token);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync(service, "/health/ready")));
        Assert.Equal(1, asked);

        clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync(service, "/health")));
        Assert.Equal(2, asked);
    }

    [Fact]
    [Trait("Requirement", "S-167")]
    public async Task Dependencies_are_probed_at_the_interval_though_nobody_asks()
    {
        var clock = new ManualTimeProvider();
        using var probed = new SemaphoreSlim(0);
        await using var service = await TestService.StartAsync(
            ["MCP_HEALTH_CHECK_INTERVAL=10"],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.AddHealthChecks().AddCheck("stub", () => Noticed(probed), [HealthTags.Dependency]);
            },
            cancellationToken: Token);

        Assert.True(await probed.WaitAsync(TimeSpan.FromSeconds(30), Token));
        for (var round = 0; round < 3; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(9));
            Assert.Equal(0, probed.CurrentCount);
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await probed.WaitAsync(TimeSpan.FromSeconds(30), Token));
        }
    }

    private static HealthCheckResult Noticed(SemaphoreSlim probed)
    {
        probed.Release();
        return HealthCheckResult.Healthy();
    }

    private static HealthCheckResult Counted(ref int asked)
    {
        Interlocked.Increment(ref asked);
        return HealthCheckResult.Healthy();
    }

    private static void WithDatabase(WebApplicationBuilder builder) => builder.AddNpgsqlDataSource(ResourceNames.Database);

    private static void WithStores(WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource(ResourceNames.Database);
        builder.AddRedisClient(ResourceNames.Redis);
    }

    private static string Ready(bool database, bool cache, bool dependencies) =>
        $$"""{"status":"ready","checks":{{Checks(database, cache, dependencies)}}}""";

    private static string NotReady(bool database, bool cache, bool dependencies, string reason) =>
        $$"""{"status":"not_ready","checks":{{Checks(database, cache, dependencies)}},"reason":"{{reason}}"}""";

    private static string Checks(bool database, bool cache, bool dependencies) =>
        $$"""{"database":{{Json(database)}},"cache":{{Json(cache)}},"dependencies":{{Json(dependencies)}}}""";

    private static string Json(bool value) => value ? "true" : "false";

    /// <summary>Answers are a second old at most, so a change shows after the next questions.</summary>
    private static async Task<(HttpStatusCode Status, string Body)> UntilAsync(TestService service, HttpStatusCode status)
    {
        var deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (true)
        {
            var answer = await GetAsync(service, "/health/ready");
            if (answer.Status == status || TimeProvider.System.GetUtcNow() > deadline)
            {
                return answer;
            }
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(TestService service, string path)
    {
        using var response = await service.Client.GetAsync(path, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
