using Aspire.Hosting.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AppHost.Tests.EndToEnd;

[Collection(RunningPlatform.Name)]
public sealed class WithServerTests(PlatformFixture platform)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task A_project_that_serves_mcp_is_called_through_the_gateway_from_either_era(string version)
    {
        await using var client = await platform.ConnectAsync("/mcp", platform.AdminKey, Token, version);
        await using var alone = await platform.ConnectAsync("/mcp/orders", platform.AdminKey, Token, version);

        var federated = await CallAsync(client, "orders__find");
        var own = await CallAsync(alone, "find");

        Assert.Equal("Order 7 is on its way.", Assert.IsType<TextContentBlock>(Assert.Single(federated.Content)).Text);
        Assert.Equal("Order 7 is on its way.", Assert.IsType<TextContentBlock>(Assert.Single(own.Content)).Text);
    }

    [Fact]
    public async Task The_project_itself_answers_nobody_but_the_workers()
    {
        using var stranger = platform.Application.CreateHttpClient("orders", "http");

        using var answer = await stranger.PostAsync("/mcp", content: null, Token);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>The workers are ready before every server they serve is: one that has not connected yet does not know the tool.</summary>
    private static async Task<CallToolResult> CallAsync(McpClient client, string tool)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                var result = await client.CallToolAsync(tool, new Dictionary<string, object?> { ["number"] = 7 }, cancellationToken: patience.Token);
                if (result.IsError is not true)
                {
                    return result;
                }
            }
            catch (McpException)
            {
                // Asked again below.
            }

            await pause.WaitForNextTickAsync(patience.Token);
        }
    }
}
