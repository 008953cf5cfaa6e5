using System.Net;
using McpGateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Caching;
using StackExchange.Redis;
using Testing;

namespace McpGateway.Tests.Administration;

[Trait("Requirement", "S-329")]
public sealed class CacheTests(PostgresServer postgres, RedisServer redis)
{
    private const string Path = "/api/v1/mcp/admin/cache/clear";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_clears_what_all_workers_keep()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var admin = await gateway.CallerAsync(user: "ann");
        var connection = gateway.Services.GetRequiredService<IConnectionMultiplexer>();
        var before = (await CacheGenerations.ReadAsync(connection)).GetValueOrDefault(CacheGenerations.Everything);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await connection.GetSubscriber().SubscribeAsync(CacheGenerations.Raised, (_, message) => heard.TrySetResult(message.ToString()));

        using var answer = await admin.PostAsync(Path, content: null, Token);

        var after = (await CacheGenerations.ReadAsync(connection))[CacheGenerations.Everything];
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.NotEqual(before, after);
        Assert.StartsWith("* ", await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Token), StringComparison.Ordinal);
        const string query = "SELECT string_agg(user_name || ' ' || action || ' ' || result, ',') FROM gateway.audit_log WHERE event_type = 'cache_clear'";
        Assert.Equal("ann clear success", await gateway.WaitForAsync(query, "ann clear success"));
    }

    [Fact]
    public async Task Without_Redis_it_says_that_nobody_was_told_and_what_holds_meanwhile()
    {
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, new() { ["ConnectionStrings:redis"] = "127.0.0.1:1,abortConnect=false,connectTimeout=100" });
        using var admin = await gateway.CallerAsync();

        using var answer = await admin.PostAsync(Path, content: null, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("ten seconds only", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_may_not()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var reader = await gateway.CallerAsync(permissions: "{tool:*/*:call}");

        using var answer = await reader.PostAsync(Path, content: null, Token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
