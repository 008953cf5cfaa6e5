using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Telemetry;

public sealed class ActiveSessionsTests(PostgresServer postgres, RedisServer redis)
{
    private const string Gauge = "user_sessions_active";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-197")]
    public async Task Logins_raise_the_gauge_and_logouts_and_expiry_lower_it()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        await gateway.ExecuteAsync("INSERT INTO gateway.users (username) VALUES ('ann')");
        await LogInAsync(gateway, "now() + interval '1 hour'");
        await LogInAsync(gateway, "now() + interval '1 hour'");
        await LogInAsync(gateway, "now() - interval '1 second'");
        await UntilAsync(metrics, ["2"]);

        await gateway.ExecuteAsync("UPDATE gateway.sessions SET revoked_at = now() WHERE id = (SELECT id FROM gateway.sessions WHERE expires_at > now() LIMIT 1)");

        await UntilAsync(metrics, ["1"]);
    }

    [Fact]
    [Trait("Requirement", "S-197")]
    public async Task Without_the_database_there_is_no_number_rather_than_an_old_one()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        await UntilAsync(metrics, ["0"]);

        await gateway.ExecuteAsync("REVOKE SELECT ON gateway.sessions FROM mcp_app");
        await gateway.Log.WaitForAsync(entry => entry.Event.Name == "sessions_not_counted", Token);

        await UntilAsync(metrics, []);
    }

    private static Task<object?> LogInAsync(GatewayHost gateway, string expires) => gateway.ExecuteAsync(
        $"INSERT INTO gateway.sessions (user_id, expires_at) SELECT id, {expires} FROM gateway.users WHERE username = 'ann'");

    private static async Task UntilAsync(RecordedMetrics metrics, string[] expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var attempt = 0; attempt < 300 && !metrics.Gauge(Gauge).SequenceEqual(expected); attempt++)
        {
            await timer.WaitForNextTickAsync(Token);
        }

        Assert.Equal(expected, metrics.Gauge(Gauge));
    }
}
