using System.Diagnostics;
using System.Net;
using McpGateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Testing;

namespace McpGateway.Tests.Telemetry;

[Collection(Alone.Name)]
public sealed class TracingTests(PostgresServer postgres, RedisServer redis)
{
    private const string ToolFailure = """{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":true}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task A_call_is_one_trace_from_caller_to_worker_and_Redis()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using var gateway = await StartAsync(collector, ("MCP_TRACE_SAMPLE_RATIO", "1"), ("MCP_RATE_LIMIT_STORAGE", "redis"));
        using var caller = await CallerAsync(gateway);
        var parent = Context(sampled: false);

        using var answer = await SendAsync(caller, McpMessages.ToolCall("media_list", "\"call-7\""), parent);

        var forward = await collector.WaitForAsync(span => span.TraceId == TraceOf(parent) && span.Name == "tools/call media_list", Token);
        var server = await collector.WaitForAsync(span => span.SpanId == forward.ParentId, Token);
        var command = await collector.WaitForAsync(span => span.Name == "EVALSHA" && span.ParentId == server.SpanId, Token);
        Assert.Equal(parent.SpanId.ToHexString(), server.ParentId);
        Assert.Equal((2, 3, 3), (server.Kind, forward.Kind, command.Kind));
        Assert.Equal("redis", command.Attributes["db.system.name"]);
        Assert.Equal($"00-{TraceOf(parent)}-{forward.SpanId}-01", Assert.Single(gateway.Worker.Calls).Header("traceparent"));
        Assert.Equal("tools/call", forward.Attributes["mcp.method.name"]);
        Assert.Equal("media_list", forward.Attributes["gen_ai.tool.name"]);
        Assert.Equal("execute_tool", forward.Attributes["gen_ai.operation.name"]);
        Assert.Equal("call-7", forward.Attributes["jsonrpc.request.id"]);
        Assert.Equal("legacy", forward.Attributes["mcp.platform.era"]);
        Assert.Equal("media", forward.Attributes["mcp.platform.server"]);
        Assert.Equal(answer.Headers.GetValues("X-Request-ID").Single(), forward.Attributes["mcp.request_id"]);
        Assert.DoesNotContain("secret-argument", collector.Received("traces"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task Trace_context_in_the_body_counts_where_there_is_no_header()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using var gateway = await StartAsync(collector, ("MCP_TRACE_SAMPLE_RATIO", "1"));
        using var caller = await CallerAsync(gateway);
        var (inBody, inHeader) = (Context(sampled: true), Context(sampled: true));

        using var first = await SendAsync(caller, WithMeta($"\"traceparent\":\"{Text(inBody)}\",\"tracestate\":\"vendor=1\""), parent: null);
        using var second = await SendAsync(caller, WithMeta($"\"traceparent\":\"{Text(inBody)}\""), inHeader);

        var joined = await collector.WaitForAsync(span => span.TraceId == TraceOf(inBody) && span.ParentId == inBody.SpanId.ToHexString(), Token);
        var forward = await collector.WaitForAsync(span => span.ParentId == joined.SpanId, Token);
        Assert.Equal(("tools/call media_list", 2), (joined.Name, joined.Kind));
        Assert.Single(joined.Links);
        var calls = gateway.Worker.Calls.ToArray();
        Assert.Equal($"00-{TraceOf(inBody)}-{forward.SpanId}-01", calls[0].Header("traceparent"));
        Assert.Equal("vendor=1", calls[0].Header("tracestate"));
        Assert.StartsWith($"00-{TraceOf(inHeader)}-", calls[1].Header("traceparent"), StringComparison.Ordinal);
        var requestId = first.Headers.GetValues("X-Request-ID").Single();
        Assert.Equal(TraceOf(inBody), await gateway.WaitForAsync(
            $"SELECT DISTINCT trace_id FROM gateway.audit_log WHERE request_id = '{requestId}'", TraceOf(inBody)));
    }

    [Theory]
    [InlineData("\"traceparent\":\"nonsense\"")]
    [InlineData("\"traceparent\":7,\"tracestate\":{}")]
    [InlineData("\"traceparent\":\"\\ud800\"")]
    [InlineData("\"traceparent\":\"00-00000000000000000000000000000000-0000000000000000-01\"")]
    [InlineData("\"traceparent\":\"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"")]
    [InlineData("\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\",\"tracestate\":\"a\\r\\nX-Mcp-Internal: 1\"")]
    [Trait("Requirement", "S-204")]
    public async Task Malformed_trace_context_fails_no_call(string meta)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await CallerAsync(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = McpMessages.Content(WithMeta(meta)) };
        request.Headers.TryAddWithoutValidation("traceparent", "00-xyz");
        request.Headers.TryAddWithoutValidation("tracestate", new string('=', 2000));
        request.Headers.TryAddWithoutValidation("baggage", "a=" + new string('b', 20_000));

        using var answer = await caller.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var received = Assert.Single(gateway.Worker.Calls);
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", received.Header("traceparent"));
        Assert.True(received.Header("baggage") is not { Length: > 8192 });
        Assert.True(received.Header("tracestate") is not { Length: > 512 });
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task Callers_cannot_have_their_calls_exported_and_failures_are_anyway()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        var (fine, failing) = (Context(sampled: true), Context(sampled: true));
        await using (var gateway = await StartAsync(collector, ("MCP_TRACE_SAMPLE_RATIO", "0")))
        {
            using var caller = await CallerAsync(gateway);
            for (var call = 0; call < 30; call++)
            {
                using var answer = await SendAsync(caller, WithMeta($"\"traceparent\":\"{Text(fine)}\""), call % 2 == 0 ? fine : null);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, ToolFailure);
            using var failed = await SendAsync(caller, McpMessages.ToolCall("media_list"), failing);
            Assert.All(gateway.Worker.Calls, call => Assert.EndsWith("-00", call.Header("traceparent"), StringComparison.Ordinal));
            await collector.WaitForAsync(span => span.TraceId == TraceOf(failing) && span.ParentId == failing.SpanId.ToHexString(), Token);
        }

        var spans = collector.Spans;
        Assert.DoesNotContain(spans, span => span.TraceId == TraceOf(fine));
        var forward = Assert.Single(spans, span => span.TraceId == TraceOf(failing) && span.Kind == 3);
        Assert.True(forward.IsError);
        Assert.Equal("tool_error", forward.Attributes["error.type"]);
        Assert.Equal("error", forward.Attributes["mcp.platform.kept_for"]);
        Assert.Equal("tools/call media_list", forward.Name);
        Assert.Contains(spans, span => span.SpanId == forward.ParentId && span.Attributes["http.response.status_code"] == "200");
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task Failures_are_left_out_too_when_they_are_not_wanted()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var gateway = await StartAsync(collector, ("MCP_TRACE_SAMPLE_RATIO", "0"), ("MCP_TRACE_ERRORS", "false")))
        {
            gateway.Worker.Answer = context =>
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return Task.CompletedTask;
            };
            using var caller = await CallerAsync(gateway);
            using var failed = await SendAsync(caller, McpMessages.ToolCall("media_list"), Context(sampled: true));
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        }

        Assert.Empty(collector.Spans);
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task The_sampler_of_the_specification_wins()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using var gateway = await StartAsync(collector, ("MCP_TRACE_SAMPLE_RATIO", "0"), ("OTEL_TRACES_SAMPLER", "parentbased_always_off"));
        using var caller = await CallerAsync(gateway);
        var parent = Context(sampled: true);

        using var answer = await SendAsync(caller, McpMessages.ToolCall("media_list"), parent);

        await collector.WaitForAsync(span => span.TraceId == TraceOf(parent) && span.Name == "tools/call media_list", Token);
    }

    private Task<GatewayHost> StartAsync(OtlpCollector collector, params (string Key, string Value)[] settings)
    {
        var all = collector.Settings;
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return GatewayHost.StartAsync(postgres, redis, all);
    }

    /// <summary>A caller that adds no trace context of its own.</summary>
    private static async Task<HttpClient> CallerAsync(GatewayHost gateway)
    {
        using var address = gateway.CreateClient();
        var caller = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = address.BaseAddress };
        caller.DefaultRequestHeaders.Add("X-API-Key", await gateway.CreateKeyAsync("{*}", 60_000, 5_000));
        return caller;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient caller, string body, ActivityContext? parent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = McpMessages.Content(body) };
        if (parent is { } context)
        {
            request.Headers.Add("traceparent", Text(context));
        }

        return await caller.SendAsync(request, Token);
    }

    private static string WithMeta(string members) =>
        $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_list","arguments":{},"_meta":{ {{{members}}} } } }""";

    private static ActivityContext Context(bool sampled) => new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), sampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None);

    private static string TraceOf(ActivityContext context) => context.TraceId.ToHexString();

    private static string Text(ActivityContext context) =>
        $"00-{context.TraceId}-{context.SpanId}-{(context.TraceFlags == ActivityTraceFlags.Recorded ? "01" : "00")}";
}
