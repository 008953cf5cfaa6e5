using System.Text.Json.Nodes;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Conformance;

/// <summary>The official TypeScript clients, one for each era, over a real connection.</summary>
public sealed class TypeScriptClientTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData("client-legacy.mjs", "2025-03-26")]
    [InlineData("client-legacy.mjs", "2025-06-18")]
    [InlineData("client-legacy.mjs", "2025-11-25")]
    [InlineData("client-modern.mjs", "2026-07-28")]
    public async Task The_client_is_asked_hears_progress_and_changes_and_cancels(string program, string version)
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] });
        await using var proxy = await SigningProxy.StartAsync(worker);

        var run = await NodeRun.ToEndAsync(program, $"{proxy.Url}/mcp/diagnostics", version);

        Assert.True(run.ExitCode == 0, run.Output);
        var seen = JsonNode.Parse(run.Output.Split('\n').Single(line => line.StartsWith('{')))!;
        Assert.Equal(version, (string?)seen["version"]);
        Assert.Equal(version != "2026-07-28", (bool?)seen["session"]);
        Assert.True((int?)seen["tools"] > 20);
        Assert.Equal("Ann likes red.", (string?)seen["elicited"]);
        Assert.Equal("The model says: Paris", (string?)seen["sampled"]);
        Assert.Equal("[0,50,100]", seen["progress"]!.ToJsonString());
        Assert.Equal("cancelled", (string?)seen["cancelled"]);
        Assert.True((bool?)seen["changed"]);
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "tool_execution_failed" && Equals(entry.Fields["Tool"], "diagnostics_test_wait"), Token);
    }
}
