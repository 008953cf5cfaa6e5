using McpModules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

public sealed class ModuleHealthTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-201")]
    [Trait("Requirement", "S-142")]
    public async Task Each_enabled_module_has_a_gauge_that_follows_its_checks()
    {
        await using var worker = await StartAsync("media", "probe");
        using var gauges = new RecordedMetrics(worker.Services);
        await CheckAsync(worker);
        var healthy = gauges.Gauge("mcp_module_health");

        worker.Services.GetServices<Module>().OfType<ProbeModule>().Single().Ailment = "its motor is off";
        await CheckAsync(worker);
        var ailing = gauges.Gauge("mcp_module_health");

        Assert.Equal(["module=media 1", "module=probe 1"], healthy);
        Assert.Equal(["module=media 1", "module=probe 0"], ailing);
    }

    [Fact]
    [Trait("Requirement", "S-167")]
    [Trait("Requirement", "S-201")]
    public async Task Modules_are_probed_though_nobody_asks()
    {
        await using var worker = await StartAsync("probe");
        worker.Services.GetServices<Module>().OfType<ProbeModule>().Single().Ailment = "its motor is off";

        var entry = await worker.Log.WaitForAsync(entry => entry.Event.Name == "health_check_failed" && entry.Message.Contains("modules", StringComparison.Ordinal), Token);

        Assert.Contains("probe: its motor is off", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-169")]
    public async Task A_module_whose_check_hangs_hides_no_other_and_is_not_asked_twice()
    {
        await using var worker = await StartAsync("media", "probe");
        var probe = worker.Services.GetServices<Module>().OfType<ProbeModule>().Single();
        probe.Hang = new TaskCompletionSource<ModuleHealth>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        using var morePatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));

        var first = await CheckAsync(worker, patience.Token);
        var asked = probe.Checks;
        var second = await CheckAsync(worker, morePatience.Token);
        using var gauges = new RecordedMetrics(worker.Services);

        Assert.Contains("probe: Its check took too long.", first.Description, StringComparison.Ordinal);
        Assert.Contains("probe: Its check took too long.", second.Description, StringComparison.Ordinal);
        Assert.Equal(asked, probe.Checks);
        Assert.Equal(["module=media 1", "module=probe 0"], gauges.Gauge("mcp_module_health"));
    }

    private static async Task<HealthReportEntry> CheckAsync(WorkerApp worker, CancellationToken? token = null) =>
        (await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "modules", token ?? Token)).Entries["modules"];

    private Task<WorkerApp> StartAsync(params string[] enabled) =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = enabled }, services => services.AddModule<ProbeModule>());
}
