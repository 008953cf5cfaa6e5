using System.Net;
using System.Net.WebSockets;
using McpGateway.Authentication;
using McpGateway.Telemetry;
using McpGateway.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Telemetry.Metrics.Catalog;
using Testing;

namespace McpGateway.Tests.Telemetry;

public sealed class GatewayMetricsTests(PostgresServer postgres, RedisServer redis)
{
    private const string ToolError = """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"no"}],"isError":true}}""";
    private const string ProtocolError = """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no such tool"}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-179")]
    [Trait("Requirement", "S-180")]
    public async Task Every_request_is_counted_and_timed_once_whatever_its_end()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        using var caller = await gateway.CallerAsync();
        using var stranger = gateway.CreateClient();

        for (var i = 0; i < 5; i++)
        {
            using var answer = await caller.CallToolAsync("media_list");
        }

        using var refused = await stranger.CallToolAsync("media_list");
        using var malformed = await caller.SendMessageAsync("{}");
        await UntilAsync(() => metrics.Count("mcp_request_duration_seconds") == 7);

        Assert.Equal(5, metrics.Sum("mcp_requests_total", "method=tools/call", "status=200"));
        Assert.Equal(1, metrics.Sum("mcp_requests_total", "status=401"));
        Assert.Equal(1, metrics.Sum("mcp_requests_total", "status=400"));
        Assert.Equal(7, metrics.Sum("mcp_requests_total"));
    }

    [Fact]
    [Trait("Requirement", "S-182")]
    [Trait("Requirement", "S-184")]
    public void The_catalogue_lists_every_kind_of_error_and_every_reason_of_a_refusal()
    {
        var types = typeof(ErrorTypes).GetFields().Select(type => (string)type.GetRawConstantValue()!);
        var reasons = Enum.GetValues<AuthenticationFailure>().Except([AuthenticationFailure.None, AuthenticationFailure.Missing]).Select(failure => failure.Reason());

        Assert.Equal(types.Order(StringComparer.Ordinal), Listed("mcp_errors_total"));
        Assert.Equal(reasons.Order(StringComparer.Ordinal), Listed("mcp_auth_failures_total"));

        static IEnumerable<string> Listed(string metric) =>
            MetricCatalog.All.Single(known => known.Name == metric).Labels.Single().Values.Split(", ").Select(value => value.Trim('`')).Order(StringComparer.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-182")]
    [Trait("Requirement", "S-183")]
    public async Task An_error_counts_once_under_its_type_and_refusals_are_no_failures()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        using var caller = await gateway.CallerAsync();
        using var limited = await gateway.CallerAsync("{tool:rag/*:call}", perMinute: 1, burst: 1);
        using var stranger = gateway.CreateClient();

        gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, ToolError);
        using var tool = await caller.CallToolAsync("media_list");
        gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, ProtocolError);
        using var protocol = await caller.CallToolAsync("media_list");
        gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, FakeWorker.Result);
        using var unauthenticated = await stranger.CallToolAsync("media_list");
        using var denied = await limited.CallToolAsync("media_list");
        using var passed = await limited.CallToolAsync("rag_query");
        using var rateLimited = await limited.CallToolAsync("rag_query");
        using var malformed = await caller.SendMessageAsync("{}");
        gateway.Worker.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var broken = await caller.CallToolAsync("media_list");
        await UntilAsync(() => metrics.Sum("mcp_requests_total") >= 8);

        Assert.Equal(
            ["error_type=malformed", "error_type=permission_denied", "error_type=protocol", "error_type=rate_limited", "error_type=tool_error", "error_type=unauthenticated", "error_type=worker_failed"],
            metrics.Series("mcp_errors_total"));
        Assert.Equal(7, metrics.Sum("mcp_errors_total"));
        Assert.Equal(HttpStatusCode.BadGateway, broken.StatusCode);
        Assert.Equal(3, metrics.Sum("mcp_requests_failed_total"));
    }

    [Fact]
    [Trait("Requirement", "S-181")]
    [Trait("Requirement", "S-188")]
    public async Task Active_connections_go_up_while_a_call_runs_and_down_also_when_it_fails()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        using var caller = await gateway.CallerAsync();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayFail = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Worker.Answer = async context =>
        {
            entered.TrySetResult();
            await mayFail.Task;
            context.Abort();
        };

        var call = caller.CallToolAsync("media_list");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        var during = (metrics.Gauge("mcp_active_connections"), metrics.Gauge("active_connections"));
        mayFail.SetResult();
        using var failed = await call;
        await UntilAsync(() => metrics.Gauge("mcp_active_connections") is ["0"]);

        Assert.Equal(["1"], during.Item1);
        Assert.Equal(["1"], during.Item2);
        Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        Assert.Equal(["0"], metrics.Gauge("active_connections"));
    }

    [Fact]
    [Trait("Requirement", "S-200")]
    [Trait("Requirement", "S-181")]
    public async Task WebSockets_are_counted_from_their_opening_to_their_end()
    {
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, configure: services => services.AddSingleton<IStartupFilter, WebSocketEcho>());
        using var metrics = new RecordedMetrics(gateway.Services);
        using var probe = gateway.CreateClient();
        var address = new UriBuilder(probe.BaseAddress!) { Scheme = "ws", Path = WebSocketEcho.Path }.Uri;
        using var polite = new ClientWebSocket();
        using var rude = new ClientWebSocket();

        await polite.ConnectAsync(address, Token);
        await rude.ConnectAsync(address, Token);
        await UntilAsync(() => metrics.Gauge("mcp_websocket_connections") is ["2"]);
        Assert.Equal(["2"], metrics.Gauge("mcp_active_connections"));
        Assert.Equal(["2"], metrics.Gauge("active_connections"));

        rude.Abort();
        await UntilAsync(() => metrics.Gauge("mcp_websocket_connections") is ["1"]);
        await polite.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Token);

        await UntilAsync(() => metrics.Gauge("mcp_websocket_connections") is ["0"]);
        Assert.Equal(["0"], metrics.Gauge("mcp_active_connections"));
    }

    [Fact]
    [Trait("Requirement", "S-086")]
    [Trait("Requirement", "S-184")]
    [Trait("Requirement", "S-185")]
    public async Task Attempts_and_failures_agree_with_each_other_and_with_the_audit_log()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        using var good = await gateway.CallerAsync();
        using var stranger = gateway.CreateClient();

        for (var i = 0; i < 2; i++)
        {
            using var answer = await good.CallToolAsync("media_list");
        }

        using var asked = await stranger.CallToolAsync("media_list");
        stranger.DefaultRequestHeaders.Add("Authorization", "Bearer not.a.token");
        for (var i = 0; i < 2; i++)
        {
            using var answer = await stranger.CallToolAsync("media_list");
        }

        stranger.DefaultRequestHeaders.Remove("Authorization");
        stranger.DefaultRequestHeaders.Add("X-API-Key", ApiKeyText.Generate());
        using var third = await stranger.GetAsync("/api/v1/mcp/status", Token);

        Assert.Equal(2, metrics.Sum("authentication_attempts_total", "result=success"));
        Assert.Equal(3, metrics.Sum("authentication_attempts_total", "result=failure"));
        Assert.Equal(3, metrics.Sum("mcp_auth_failures_total"));
        Assert.Equal(["reason=malformed", "reason=unknown_key"], metrics.Series("mcp_auth_failures_total"));
        Assert.Equal(3L, await gateway.WaitForAsync("SELECT count(*) FROM gateway.audit_log WHERE event_type = 'auth_failure'", 3L));
    }

    [Fact]
    [Trait("Requirement", "S-178")]
    public async Task Methods_callers_make_up_share_one_series()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var metrics = new RecordedMetrics(gateway.Services);
        using var caller = await gateway.CallerAsync();

        for (var i = 0; i < 50; i++)
        {
            using var answer = await caller.SendMessageAsync($$"""{"jsonrpc":"2.0","id":1,"method":"made/up{{i}}"}""");
        }

        await UntilAsync(() => metrics.Sum("mcp_requests_total") >= 50);
        Assert.Equal(["method=other status=200"], metrics.Series("mcp_requests_total"));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var attempt = 0; attempt < 1500 && !holds(); attempt++)
        {
            await timer.WaitForNextTickAsync(Token);
        }

        Assert.True(holds());
    }

    /// <summary>A WebSocket of the test's own, in front of everything the gateway does.</summary>
    private sealed class WebSocketEcho : IStartupFilter
    {
        public const string Path = "/echo";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseWebSockets();
            app.Use(async (context, rest) =>
            {
                if (context.Request.Path != Path)
                {
                    await rest(context);
                    return;
                }

                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await ReceiveAsync(socket, context.RequestAborted);
            });
            next(app);
        };

        private static async Task ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
        {
            try
            {
                var received = await socket.ReceiveAsync(new byte[16], cancellationToken);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, received.CloseStatusDescription, cancellationToken);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                // The other side went away without a word; that is what the test is about.
            }
        }
    }
}
