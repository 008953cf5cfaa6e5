using McpWorker.Tools.Lists;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Testing;

namespace McpWorker.Tests.Tools.Lists;

public sealed class ListTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData("2025-06-18")]
    [InlineData("2026-07-28")]
    public async Task A_list_from_memory_is_the_list_that_was_made_first(string version)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync(version: version);

        var first = await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        var remembered = worker.Services.GetRequiredService<RememberedLists>().Bytes;
        var second = await client.ListToolsAsync(new ListToolsRequestParams(), Token);

        Assert.True(remembered > 0);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(first, McpJsonUtilities.DefaultOptions), System.Text.Json.JsonSerializer.Serialize(second, McpJsonUtilities.DefaultOptions));
    }
}
