using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Testing;

namespace StandIns.Tests.Redis;

public sealed class RedisClientTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_connection_and_its_health_check_reach_the_server()
    {
        using var host = Build(redis.ConnectionString, builder => builder.AddRedisClient("redis"));
        var connection = host.Services.GetRequiredService<IConnectionMultiplexer>();

        await connection.GetDatabase().StringSetAsync("answer", 42);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Same(connection, host.Services.GetRequiredService<IConnectionMultiplexer>());
        Assert.Equal(42, (int)await connection.GetDatabase().StringGetAsync("answer"));
        Assert.Equal((HealthStatus.Healthy, "StackExchange.Redis"), (report.Status, Assert.Single(report.Entries).Key));
    }

    [Fact]
    public async Task A_host_starts_without_redis_and_finds_it_when_it_comes()
    {
        await using var late = new RedisServer();
        await late.InitializeAsync();
        await late.StopAsync(Token);
        using var host = Build(
            late.ConnectionString + ",connectTimeout=300,connectRetry=1",
            builder => builder.AddRedisClient("redis", settings => settings.DisableAutoActivation = false));

        await host.StartAsync(Token);
        var connection = host.Services.GetRequiredService<IConnectionMultiplexer>();
        Assert.False(connection.IsConnected);

        var restored = new TaskCompletionSource();
        connection.ConnectionRestored += (_, which) =>
        {
            // There are two connections, restored in either order; commands go over this one.
            if (which.ConnectionType == ConnectionType.Interactive)
            {
                restored.TrySetResult();
            }
        };
        await late.StartAsync(Token);
        await restored.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);

        Assert.True(connection.IsConnected);
        await host.StopAsync(Token);
    }

    [Theory]
    [InlineData("localhost:1", false)]
    [InlineData("localhost:1,abortConnect=true", true)]
    [InlineData("localhost:1,abortConnect=false", false)]
    public void Only_a_connection_string_that_says_so_makes_a_missing_redis_an_error(string connectionString, bool aborts)
    {
        ConfigurationOptions? used = null;
        using var host = Build(connectionString + ",connectTimeout=50,connectRetry=0", builder => builder.AddRedisClient("redis", configureOptions: options => used = options));

        var failure = Record.Exception(() => host.Services.GetRequiredService<IConnectionMultiplexer>());

        Assert.Equal(aborts, used!.AbortOnConnectFail);
        Assert.Equal(aborts, failure is RedisConnectionException);
    }

    [Fact]
    public void A_missing_connection_string_is_an_error_when_somebody_asks_for_the_connection()
    {
        using var host = Build(null, builder => builder.AddRedisClient("redis"));

        var failure = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<IConnectionMultiplexer>());

        Assert.Contains("ConnectionStrings:redis", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_below_the_section_and_its_child_count()
    {
        ConfigurationOptions? used = null;
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis.ConnectionString,
            ["Aspire:StackExchange:Redis:ConfigurationOptions:ClientName"] = "all",
            ["Aspire:StackExchange:Redis:ConfigurationOptions:KeepAlive"] = "30",
            ["Aspire:StackExchange:Redis:redis:ConfigurationOptions:ClientName"] = "one",
        });
        builder.AddRedisClient("redis", configureOptions: options => used = options);
        using var host = builder.Build();

        _ = host.Services.GetRequiredService<IConnectionMultiplexer>();

        Assert.Equal(("one", 30), (used!.ClientName, used.KeepAlive));
    }

    private static IHost Build(string? connectionString, Action<IHostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = connectionString });
        add(builder);
        return builder.Build();
    }
}
