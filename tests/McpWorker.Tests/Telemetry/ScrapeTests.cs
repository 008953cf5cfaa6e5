using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Telemetry;

public sealed class ScrapeTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-178")]
    public async Task Its_metrics_are_the_documented_ones()
    {
        await using var worker = await WorkerApp.StartAsync(
            postgres, configure: services => services.Configure<ServersOptions>(options => options.Servers = """{ "clock": { "command": "sleep", "args": ["60"] } }"""));
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_list");
        using var http = worker.CreateClient();
        using var health = await http.GetAsync("/health/ready", Token);

        var scrape = await Scrape.OfAsync(worker.Server, ServiceIdentity.Worker, Token);

        Assert.Empty(OwnMetrics.Differences(scrape, ResourceNames.Worker));
        Assert.Equal(0, scrape.Value("resources_accessed_total", ("server", "media"), ("result", "success")));
        Assert.Equal(1, scrape.Value("tools_executed_total", ("tool", "media_list"), ("result", "success")));
    }
}
