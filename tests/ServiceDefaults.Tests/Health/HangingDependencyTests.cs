using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using ServiceDefaults.Health;
using ServiceDefaults.Settings;
using Testing;

namespace ServiceDefaults.Tests.Health;

/// <summary>What probes cost while something they ask about does not answer.</summary>
public sealed class HangingDependencyTests(PostgresServer postgres)
{
    private const string DegradedOk = "/health/ready?degraded=ok";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-165")]
    [Trait("Requirement", "S-168")]
    public async Task A_frozen_Redis_costs_one_time_out_when_it_is_news_and_half_a_second_once_it_is_known()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var service = await TestService.StartAsync(
            [
                $"ConnectionStrings:mcpdb={database.AppConnectionString}", $"ConnectionStrings:redis={redis.ConnectionString}",
                "MCP_HEALTH_CHECK_TIMEOUT=5",
            ],
            WithStores,
            cancellationToken: Token);
        Assert.Equal(HttpStatusCode.OK, (await UntilAsync(service, HttpStatusCode.OK)).Status);

        await redis.PauseAsync();
        await ReportsAreStaleAsync();
        var balancer = await GetAsync(service, DegradedOk);
        var news = await GetAsync(service, "/health/ready");
        await ReportsAreStaleAsync();
        var known = await GetAsync(service, "/health/ready");
        var balancerAgain = await GetAsync(service, DegradedOk);
        await redis.ResumeAsync();
        var recovered = await UntilAsync(service, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, balancer.Status);
        Assert.InRange(balancer.Took.TotalSeconds, 0, 3);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, news.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, known.Status);
        Assert.InRange(known.Took.TotalSeconds, 0, 3);
        Assert.Equal(HttpStatusCode.OK, balancerAgain.Status);
        Assert.InRange(balancerAgain.Took.TotalSeconds, 0, 3);
        Assert.Equal(HttpStatusCode.OK, recovered.Status);
    }

    [Fact]
    [Trait("Requirement", "S-164")]
    public async Task Checks_that_block_their_threads_do_not_delay_the_liveness_probe()
    {
        using var gate = new ManualResetEventSlim();
        await using var service = await TestService.StartAsync(
            build: builder =>
            {
                for (var i = 0; i < 32; i++)
                {
                    builder.Services.AddHealthChecks().AddCheck($"blocks_{i}", () => Blocked(gate), [HealthTags.Dependency]);
                }
            },
            cancellationToken: Token);
        var probes = Enumerable.Range(0, 100).Select(_ => service.Client.GetAsync(DegradedOk, Token)).ToList();

        var times = new List<TimeSpan>();
        for (var i = 0; i < 21; i++)
        {
            var (status, took) = await GetAsync(service, "/health/live");
            Assert.Equal(HttpStatusCode.OK, status);
            times.Add(took);
        }

        gate.Set();
        foreach (var probe in probes)
        {
            (await probe).Dispose();
        }

        // A millisecond when nothing else runs here. On the pool, which grows by a thread or two a second, it would be many seconds.
        Assert.InRange(times.Order().ElementAt(times.Count / 2).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task A_module_that_ails_is_logged_and_takes_nothing_down()
    {
        using var log = new TestLog();
        await using var service = await TestService.StartAsync(
            build: builder =>
            {
                builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(log);
                builder.Services.AddHealthChecks().AddCheck("modules", () => HealthCheckResult.Degraded("media: its table is gone at db.internal"), [HealthTags.Module]);
            },
            cancellationToken: Token);

        using var answer = await service.Client.GetAsync("/health", Token);
        var entry = await log.WaitForAsync(entry => entry.Event.Name == "health_check_failed", Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("db.internal", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("media: its table is gone", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    [Trait("Requirement", "S-167")]
    [Trait("Requirement", "S-171")]
    public async Task Interval_and_thresholds_follow_a_reload()
    {
        var clock = new ManualTimeProvider();
        using var probed = new SemaphoreSlim(0);
        await using var service = await TestService.StartAsync(
            ["MCP_HEALTH_CHECK_INTERVAL=3600"],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.AddHealthChecks().AddCheck("stub", () => Noticed(probed), [HealthTags.Dependency]);
            },
            cancellationToken: Token);
        Assert.True(await probed.WaitAsync(TimeSpan.FromSeconds(30), Token));

        var changed = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["MCP_HEALTH_CHECK_INTERVAL"] = "2", ["MCP_HEALTH_MAX_MEMORY_PERCENT"] = "0" })
            .Build();
        service.Services.GetRequiredService<SettingsStore>().Replace(
            SettingsFeature.Load(ServiceIdentity.Worker, changed, service.Services.GetRequiredService<IHostEnvironment>().ContentRootPath));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await probed.WaitAsync(TimeSpan.FromSeconds(30), Token));
        using var answer = await service.Client.GetAsync("/health", Token);

        Assert.Contains("at most 0 % wanted", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static HealthCheckResult Blocked(ManualResetEventSlim gate)
    {
        gate.Wait(TimeSpan.FromSeconds(60));
        return HealthCheckResult.Healthy();
    }

    private static HealthCheckResult Noticed(SemaphoreSlim probed)
    {
        probed.Release();
        return HealthCheckResult.Healthy();
    }

    private static void WithStores(WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource(ResourceNames.Database);
        builder.AddRedisClient(ResourceNames.Redis);
    }

    /// <summary>A report serves for a second; nothing tells when that is over but the clock.</summary>
    private static async Task ReportsAreStaleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.1));
        await timer.WaitForNextTickAsync(Token);
    }

    private static async Task<(HttpStatusCode Status, TimeSpan Took)> UntilAsync(TestService service, HttpStatusCode status)
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

    private static async Task<(HttpStatusCode Status, TimeSpan Took)> GetAsync(TestService service, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await service.Client.GetAsync(path, Token);
        return (response.StatusCode, Stopwatch.GetElapsedTime(started));
    }
}
