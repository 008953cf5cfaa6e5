using Testing;

namespace AppHost.Tests.Start;

public sealed class RecyclingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-024")]
    public async Task A_worker_that_needs_more_memory_than_it_may_have_ends_so_that_it_is_started_again()
    {
        await using var worker = ServiceProcess.Start("McpWorker", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__mcpdb"] = "Host=127.0.0.1;Port=1;Username=mcp_app;Password=x", // not-a-secret
            ["ConnectionStrings__redis"] = "127.0.0.1:1,password=x", // not-a-secret
            ["MCP_ENV"] = "development",
            ["MCP_MAX_MEMORY_RESTART"] = "20M",
            ["MCP_METRICS_ENABLED"] = "false",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
        });

        var exitCode = await worker.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromMinutes(1), Token);

        Assert.Equal(75, exitCode);
        Assert.Contains("\"event\":\"memory_limit_exceeded\"", worker.Output, StringComparison.Ordinal);
    }
}
