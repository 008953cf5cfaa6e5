using System.Text.Json;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Administration;

public sealed class TargetsTests(PostgresServer postgres)
{
    private const string Path = "/api/v1/mcp/admin/targets";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-175")]
    public async Task Every_instance_of_every_service_is_a_target_also_with_both_stores_away()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        await gateway.ExecuteAsync("""
            INSERT INTO gateway.instances (id, service, address, metrics_address, version, state, started_at) VALUES
                ('worker-1', 'worker', 'http://10.0.0.1:8100', 'http://10.0.0.1:9101/metrics', '1.0', 'ready', now()),
                ('worker-2', 'worker', 'http://10.0.0.2:8100', 'https://[fd00::2]:9101/own/path', '1.1', 'draining', now()),
                ('worker-3', 'worker', 'http://10.0.0.3:8100', '', '1.0', 'ready', now()),
                ('backup-1', 'backup', 'http://10.0.0.4:8200', 'http://10.0.0.4:9102/metrics', '1.0', 'ready', now())
            """);
        using var caller = await gateway.CallerAsync("{admin:metrics:read}");
        var targets = await WaitForAsync(caller, 3);

        await gateway.ExecuteAsync("REVOKE ALL ON gateway.instances FROM mcp_app");
        await redis.StopAsync(Token);
        await gateway.Log.WaitForAsync(entry => entry.Event.Name == "instances_unknown", Token);
        var blind = await WaitForAsync(caller, 3);

        Assert.Equal(
            """{"targets":["10.0.0.1:9101"],"labels":{"service":"worker","instance_id":"worker-1","version":"1.0","__scheme__":"http","__metrics_path__":"/metrics"}}""",
            targets["worker-1"].ToString());
        Assert.Equal("[fd00::2]:9101", targets["worker-2"].GetProperty("targets")[0].GetString());
        Assert.Equal("https", targets["worker-2"].GetProperty("labels").GetProperty("__scheme__").GetString());
        Assert.Equal("/own/path", targets["worker-2"].GetProperty("labels").GetProperty("__metrics_path__").GetString());
        Assert.Contains("backup-1", targets.Keys);
        Assert.DoesNotContain("worker-3", targets.Keys);
        Assert.Equal(targets.Keys.Order(), blind.Keys.Order());
    }

    private static async Task<Dictionary<string, JsonElement>> WaitForAsync(HttpClient caller, int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var answer = await caller.GetAsync(Path, Token);
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
            var targets = (await answer.JsonAsync()).EnumerateArray()
                .ToDictionary(target => target.GetProperty("labels").GetProperty("instance_id").GetString()!, StringComparer.Ordinal);
            if (targets.Keys.Count(id => id.Contains("-1", StringComparison.Ordinal) || id.Contains("-2", StringComparison.Ordinal)) >= count)
            {
                return targets;
            }

            await timer.WaitForNextTickAsync(Token);
        }
    }
}
