using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Conformance;

/// <summary>The protocol's own test suite, at the worker's /mcp/diagnostics as a gateway reaches it.</summary>
public sealed class ConformanceTests(PostgresServer postgres)
{
    [Theory]
    [Trait("Requirement", "S-152")]
    [Trait("Requirement", "S-155")]
    [InlineData("2026-07-28", 37)]
    [InlineData("2025-11-25", 30)]
    public Task Every_scored_scenario_of_a_protocol_version_passes(string version, int scenarios) =>
        PassAsync(scenarios, ConformanceRun.Package, "--requirements", version);

    [Fact]
    [Trait("Requirement", "S-152")]
    public Task Every_scenario_of_the_released_suite_passes() => PassAsync(scenarios: 26, ConformanceRun.ReleasedPackage);

    private async Task PassAsync(int scenarios, string package, params string[] options)
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["media", "diagnostics"] });
        await using var proxy = await SigningProxy.StartAsync(worker);

        var run = await ConformanceRun.AgainstAsync($"{proxy.Url}/mcp/diagnostics", package, options);

        Assert.True(run.Passed, run.Report);
        Assert.True(run.Scenarios >= scenarios, run.Report);
    }
}
