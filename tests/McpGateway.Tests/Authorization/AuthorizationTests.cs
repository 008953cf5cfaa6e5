using System.Net;
using McpGateway.Authorization;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Authorization;

public sealed class AuthorizationTests(PostgresServer postgres, RedisServer redis)
{
    [Theory]
    [InlineData("media_get", "media", "get")]
    [InlineData("media_get_all", "media", "get_all")]
    [InlineData("git-hub__create_issue", "git-hub", "create_issue")]
    [InlineData("a_b__c", "a_b", "c")]
    [InlineData("plain", "plain", "")]
    [InlineData("_odd", "_odd", "")]
    [InlineData("", "", "")]
    public void A_federated_name_tells_server_and_tool(string name, string server, string tool)
    {
        Assert.Equal((server, tool), ToolNames.Split(name));
    }

    [Theory]
    [InlineData("{tool:media/*:call}", "media_list", "/mcp", true)]
    [InlineData("{tool:media/*:call}", "rag_query", "/mcp", false)]
    [InlineData("{tools:media.*}", "media_list", "/mcp", true)]
    [InlineData("{tool:media/list:call}", "list", "/mcp/media", true)]
    [InlineData("{tool:media/list:call}", "list", "/mcp/rag", false)]
    [InlineData("{tool:*/*:list}", "media_list", "/mcp", false)]
    [InlineData("{}", "media_list", "/mcp", false)]
    public async Task A_tool_is_called_only_with_its_permission(string permissions, string tool, string path, bool isAllowed)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync(permissions);

        using var answer = await caller.CallToolAsync(tool, "5", path);

        Assert.Equal(isAllowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(isAllowed ? 1 : 0, gateway.Worker.Calls.Count);
        if (!isAllowed)
        {
            Assert.Equal(5, (await answer.JsonAsync()).GetProperty("id").GetInt32());
        }
    }

    [Fact]
    public async Task Roles_bring_their_permissions()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync("{}");
        await gateway.ExecuteAsync("UPDATE gateway.api_keys SET roles = '{reader}'");

        using var read = await caller.CallToolAsync("media_search");
        using var written = await caller.CallToolAsync("media_ingest");

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, written.StatusCode);
    }
}
