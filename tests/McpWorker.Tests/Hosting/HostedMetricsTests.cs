using McpWorker.Servers;
using Testing;

namespace McpWorker.Tests.Hosting;

public sealed class HostedMetricsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_tell_whether_a_server_runs_what_it_takes_and_how_often_it_came_back()
    {
        await using var hosts = new Hosts();
        using var metrics = new RecordedMetrics(hosts.Services);
        var link = hosts.To(Hosts.Server(SandboxKind.Auto, "stderr") with { Name = "orders" });
        var dying = hosts.To(Hosts.Server(SandboxKind.Auto, "die") with { Name = "mayfly" });
        Assert.Equal(["server=mayfly 0", "server=orders 0"], metrics.Gauge("mcp_hosted_server_up"));

        await using (await link.OpenAsync(Token))
        {
            Assert.Equal(["server=mayfly 0", "server=orders 1"], metrics.Gauge("mcp_hosted_server_up"));
            await Until.TrueAsync(() => metrics.Gauge("mcp_hosted_server_memory_bytes").Any(gauge => gauge.StartsWith("server=orders ", StringComparison.Ordinal) && gauge != "server=orders 0"));
        }

        for (var start = 0; start < 3; start++)
        {
            await using var channel = await dying.OpenAsync(Token);
            await channel.Ended;
        }

        // A stop is no failure, and the first start no restart.
        await using (await link.OpenAsync(Token))
        {
        }

        Assert.Equal(["server=mayfly 0", "server=orders 0"], metrics.Gauge("mcp_hosted_server_up"));
        Assert.Equal(["server=mayfly 2", "server=orders 0"], metrics.Gauge("mcp_hosted_server_restarts_total"));
    }
}
