using System.Net;
using System.Text.Json.Nodes;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Protocol;

/// <summary>Arguments that clients repeat as <c>Mcp-Param-*</c> headers.</summary>
public sealed class MirroredHeaderTests(PostgresServer postgres)
{
    private const string Tool = "test_mirrored_headers";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_client_that_reads_the_schema_sends_them_by_itself(string version)
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync(version: version, path: "/mcp/diagnostics");

        var tools = await client.ListToolsAsync(cancellationToken: Token);
        var tool = Assert.Single(tools, tool => tool.Name == Tool);
        var result = await tool.CallAsync(new Dictionary<string, object?>(StringComparer.Ordinal) { ["region"] = "Zürich", ["priority"] = 3 }, cancellationToken: Token);

        Assert.Equal("Region", tool.JsonSchema.GetProperty("properties").GetProperty("region").GetProperty("x-mcp-header").GetString());
        Assert.Equal("region=Zürich, priority=3", result.TextOf());
    }

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData("eu", null, HttpStatusCode.OK)]
    [InlineData("=?base64?ZXU=?=", null, HttpStatusCode.OK)]
    [InlineData(null, null, HttpStatusCode.BadRequest)]
    [InlineData("us", null, HttpStatusCode.BadRequest)]
    [InlineData("EU", null, HttpStatusCode.BadRequest)]
    [InlineData("=?base64?ZX?=", null, HttpStatusCode.BadRequest)]
    [InlineData("eu", "3", HttpStatusCode.BadRequest)]
    public async Task A_header_that_differs_from_its_argument_is_refused(string? region, string? priority, HttpStatusCode expected)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = ModernMessage.Call("/mcp/diagnostics", Tool, new JsonObject { ["region"] = "eu" });
        request.Headers.Add("Mcp-Param-Unknown", "is passed over");
        if (region is not null)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Param-Region", region);
        }

        if (priority is not null)
        {
            request.Headers.Add("Mcp-Param-Priority", priority);
        }

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(expected, answer.StatusCode);
        if (expected is HttpStatusCode.BadRequest)
        {
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
            Assert.Equal((-32020, 7), ((int)error["error"]!["code"]!, (int)error["id"]!));
        }
    }

    private Task<WorkerApp> StartAsync() => WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] });
}
