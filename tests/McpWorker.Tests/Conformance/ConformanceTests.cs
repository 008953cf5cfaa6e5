using System.Text.Json.Nodes;
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
        PassAsync(scenarios, "@modelcontextprotocol/conformance", "--requirements", version);

    [Fact]
    [Trait("Requirement", "S-152")]
    public Task Every_scenario_of_the_released_suite_passes() => PassAsync(scenarios: 26, "conformance-0.1");

    private async Task PassAsync(int scenarios, string package, params string[] options)
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["media", "diagnostics"] });
        await using var proxy = await SigningProxy.StartAsync(worker);
        var results = Directory.CreateTempSubdirectory("mcp-conformance-").FullName;
        try
        {
            var run = await NodeRun.ToEndAsync(
                [NodePrograms.Script($"{package}/dist/index.js"), "server", "--url", $"http://localhost:{proxy.Address.Port}/mcp/diagnostics", "-o", results, .. options]);

            Assert.True(run.ExitCode == 0, $"{string.Join('\n', Failures(results))}\n{run.Output}");
            Assert.True(Directory.GetDirectories(results).Length >= scenarios, run.Output);
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private static IEnumerable<string> Failures(string results) =>
        from file in Directory.GetFiles(results, "checks.json", SearchOption.AllDirectories)
        from check in JsonNode.Parse(File.ReadAllText(file))!.AsArray()
        where (string?)check!["status"] is "FAILURE"
        select $"{Path.GetFileName(Path.GetDirectoryName(file))}: {check["id"]}: {check["errorMessage"]} {check["details"]?.ToJsonString()}";
}
