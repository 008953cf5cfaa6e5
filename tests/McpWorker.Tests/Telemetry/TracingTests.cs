using System.Diagnostics;
using System.Text.Json.Nodes;
using McpModules;
using McpWorker.Tests.Modules;
using McpWorker.Tests.Upstreams;
using ModelContextProtocol.AspNetCore;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Telemetry;

[Collection(Alone.Name)]
public sealed class TracingTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task A_call_the_gateway_samples_is_traced_down_to_its_SQL()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using var worker = await StartAsync(collector, ["media"]);
        var gateway = Context(sampled: true);

        await CallAsync(worker, "media_list", gateway);

        var sql = await collector.WaitForAsync(span => span.TraceId == TraceOf(gateway) && span.Attributes.ContainsKey("db.query.text"), Token);
        var tool = await collector.WaitForAsync(span => span.SpanId == sql.ParentId, Token);
        var server = await collector.WaitForAsync(span => span.SpanId == tool.ParentId, Token);
        Assert.Equal(gateway.SpanId.ToHexString(), server.ParentId);
        Assert.Equal(("tools/call media_list", 2), (tool.Name, tool.Kind));
        Assert.Equal("media_list", tool.Attributes["gen_ai.tool.name"]);
        Assert.Equal("execute_tool", tool.Attributes["gen_ai.operation.name"]);
        Assert.Equal("media", tool.Attributes["mcp.platform.server"]);
        Assert.Equal("2025-06-18", tool.Attributes["mcp.protocol.version"]);
        Assert.Equal("legacy", tool.Attributes["mcp.platform.era"]);
        Assert.Equal("7", tool.Attributes["jsonrpc.request.id"]);
        Assert.Single(collector.Spans, span => span.TraceId == TraceOf(gateway) && span.Name == tool.Name);
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task Of_the_calls_it_does_not_sample_only_those_that_failed_are_traced()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        var (fine, crashing, refused) = (Context(sampled: false), Context(sampled: false), Context(sampled: false));
        await using (var worker = await StartAsync(collector, ["probe", "media"]))
        {
            await CallAsync(worker, "media_list", fine);
            await CallAsync(worker, "probe_crash", crashing);
            await CallAsync(worker, "probe_refuse", refused);
            await collector.WaitForAsync(span => span.ParentId == refused.SpanId.ToHexString(), Token);
        }

        var spans = collector.Spans;
        Assert.DoesNotContain(spans, span => span.TraceId == TraceOf(fine));
        var tool = Assert.Single(spans, span => span.TraceId == TraceOf(crashing) && span.Name == "tools/call probe_crash");
        Assert.True(tool.IsError);
        Assert.Equal(nameof(InvalidOperationException), tool.Attributes["error.type"]);
        Assert.Single(spans, span => span.SpanId == tool.ParentId && span.ParentId == crashing.SpanId.ToHexString());
        Assert.Equal("tool_error", Assert.Single(spans, span => span.Name == "tools/call probe_refuse").Attributes["error.type"]);
        Assert.DoesNotContain("secret", collector.Received("traces"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    [Trait("Requirement", "S-204")]
    public async Task An_upstream_server_gets_our_context_in_meta_and_header_instead_of_the_callers(string version)
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        await using var worker = await StartAsync(collector, ["media"], $"orders={orders.Endpoint}");
        _ = worker.Server;
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published", Token);
        await using var client = await worker.ConnectAsync(version: version);
        using var caller = new Activity("caller").SetParentId(Context(sampled: true).TraceId, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        caller.TraceStateString = "vendor=1";
        caller.Start();

        await client.CallToolAsync(
            new ModelContextProtocol.Protocol.CallToolRequestParams
            {
                Name = "orders__orders_find",
                Arguments = new Dictionary<string, System.Text.Json.JsonElement> { ["shape"] = System.Text.Json.JsonSerializer.SerializeToElement(1) },
                Meta = new JsonObject { ["traceparent"] = "the callers own", ["tracestate"] = "theirs=1", ["baggage"] = "user=ann", ["example.com/kept"] = 1 },
            },
            Token);

        var meta = JsonNode.Parse(Assert.Single(orders.Journal.Metas))!;
        var call = await collector.WaitForAsync(span => $"00-{caller.TraceId}-{span.SpanId}-01" == (string?)meta["traceparent"], Token);
        Assert.Equal(("tools/call orders.find", 3), (call.Name, call.Kind));
        var request = await collector.WaitForAsync(span => span.ParentId == call.SpanId && span.Kind == 3, Token);
        Assert.Contains($"00-{caller.TraceId}-{request.SpanId}-01", orders.Journal.TraceParents);
        Assert.Equal("vendor=1", (string?)meta["tracestate"]);
        Assert.Equal("user=ann", (string?)meta["baggage"]);
        Assert.Equal(1, (int?)meta["example.com/kept"]);
    }

    [Fact]
    public void Baggage_past_the_bounds_of_W3C_is_left_behind()
    {
        var meta = new JsonObject { ["baggage"] = new string('b', 9000), ["kept"] = 1 };
        var other = new JsonObject { ["baggage"] = 7 };

        McpWorker.Servers.TraceMeta.Write(meta);
        McpWorker.Servers.TraceMeta.Write(other);

        Assert.False(meta.ContainsKey("baggage"));
        Assert.True(meta.ContainsKey("kept"));
        Assert.False(other.ContainsKey("baggage"));
    }

    private Task<WorkerApp> StartAsync(OtlpCollector collector, string[] modules, params string[] upstreams)
    {
        var settings = collector.Settings;
        settings["MCP_TRACE_SAMPLE_RATIO"] = "0";
        return WorkerApp.StartAsync(
            postgres,
            new ModuleOptions { Enabled = [.. modules], UpstreamServers = [.. upstreams], TimeoutSeconds = 60 },
            services => services.AddModule<ProbeModule>(),
            settings);
    }

    private static async Task CallAsync(WorkerApp worker, string tool, ActivityContext gateway)
    {
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = WorkerApp.Body($$$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }"""),
        };
        request.Headers.Add("MCP-Protocol-Version", "2025-06-18");
        request.Headers.Add("traceparent", $"00-{gateway.TraceId}-{gateway.SpanId}-{(gateway.TraceFlags == ActivityTraceFlags.Recorded ? "01" : "00")}");
        using var answer = await client.SendAsync(request, Token);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsStringAsync(Token);
    }

    private static ActivityContext Context(bool sampled) => new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), sampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None);

    private static string TraceOf(ActivityContext context) => context.TraceId.ToHexString();
}
