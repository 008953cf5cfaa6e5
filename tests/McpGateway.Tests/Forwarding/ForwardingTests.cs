using System.Net;
using McpGateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Testing;

namespace McpGateway.Tests.Forwarding;

public sealed class ForwardingTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/mcp", "/mcp")]
    [InlineData("/api/v1/mcp", "/mcp")]
    [InlineData("/mcp/media", "/mcp/media")]
    [Trait("Requirement", "S-006")]
    public async Task A_call_reaches_the_worker_as_the_bytes_the_caller_sent(string path, string workerPath)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.PostAsync(path, McpMessages.Content(" " + McpMessages.ToolCall("media_list") + "\n"), Token);

        Assert.Equal(FakeWorker.Result, await answer.Content.ReadAsStringAsync(Token));
        var received = Assert.Single(gateway.Worker.Calls);
        Assert.Equal(" " + McpMessages.ToolCall("media_list") + "\n", received.Body);
        Assert.Equal(workerPath, received.Path);
    }

    [Fact]
    [Trait("Requirement", "S-006")]
    public async Task Credentials_stay_at_the_gateway_and_the_internal_token_goes_on()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();
        caller.DefaultRequestHeaders.Add("Cookie", "session=1");
        caller.DefaultRequestHeaders.Add("X-Mcp-Internal", "forged");
        caller.DefaultRequestHeaders.Add("X-Request-ID", "abc.1");
        caller.DefaultRequestHeaders.Add("Idempotency-Key", "once");

        using var answer = await caller.CallToolAsync("media_list");

        var received = Assert.Single(gateway.Worker.Calls);
        Assert.Null(received.Header("X-API-Key"));
        Assert.Null(received.Header("Authorization"));
        Assert.Null(received.Header("Cookie"));
        Assert.Equal("abc.1", received.Header("X-Request-ID"));
        Assert.Equal("once", received.Header("Idempotency-Key"));
        Assert.NotEqual("forged", received.Header("X-Mcp-Internal"));
        Assert.Contains('.', received.Header("X-Mcp-Internal")!);
        Assert.Equal("abc.1", Assert.Single(answer.Headers.GetValues("X-Request-ID")));
    }

    [Fact]
    public async Task Events_pass_while_the_worker_still_works()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var finish = new TaskCompletionSource();
        gateway.Worker.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"first\":1}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await finish.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: {\"last\":1}\n\n", context.RequestAborted);
        };
        using var caller = await gateway.CallerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = McpMessages.Content(McpMessages.ToolCall("media_list")) };

        using var answer = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        var first = await reader.ReadLineAsync(Token);
        finish.SetResult();
        var rest = await reader.ReadToEndAsync(Token);

        Assert.Equal("data: {\"first\":1}", first);
        Assert.Contains("last", rest);
    }

    [Fact]
    public async Task A_caller_who_leaves_cancels_the_workers_call()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        gateway.Worker.Answer = async context =>
        {
            context.RequestAborted.Register(cancelled.SetResult);
            begun.SetResult();
            await cancelled.Task;
        };
        using var caller = await gateway.CallerAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = caller.PostAsync("/mcp", McpMessages.Content(McpMessages.ToolCall("media_list")), leaving.Token);
        await begun.Task.WaitAsync(Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Without_a_worker_the_caller_gets_503_with_its_id_and_when_to_return()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();
        await gateway.Worker.DisposeAsync();

        using var answer = await caller.CallToolAsync("media_list", "\"call-7\"");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("call-7", (await answer.JsonAsync()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_instance_that_takes_no_connection_is_passed_over()
    {
        await using var other = await FakeWorker.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, new() { ["MCP_WORKER_URLS"] = $"http://127.0.0.1:{FreePort.Next()},{other.Url}" });
        using var caller = await gateway.CallerAsync();

        for (var i = 0; i < 6; i++)
        {
            using var answer = await caller.CallToolAsync("media_list");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(6, other.Calls.Count);
    }

    [Fact]
    public async Task A_worker_that_breaks_off_before_its_answer_is_a_502_and_a_write_is_not_repeated()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        gateway.Worker.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.CallToolAsync("media_ingest");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Single(gateway.Worker.Calls);
    }

    [Fact]
    public async Task Half_an_answer_never_looks_like_a_whole_one()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var breakOff = new TaskCompletionSource();
        gateway.Worker.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {}\n\n");
            await context.Response.Body.FlushAsync();
            await breakOff.Task;
            context.Abort();
        };
        using var caller = await gateway.CallerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = McpMessages.Content(McpMessages.ToolCall("media_list")) };

        using var answer = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Equal("data: {}", await reader.ReadLineAsync(Token));
        breakOff.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task A_session_goes_back_to_the_worker_that_opened_it_and_to_nobody_elses_caller()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        gateway.Worker.Answer = context =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "worker-session";
            return FakeWorker.WriteJsonAsync(context, FakeWorker.Result);
        };
        using var owner = await gateway.CallerAsync(user: "owner");
        using var stranger = await gateway.CallerAsync(user: "stranger");
        using var opened = await owner.SendMessageAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""");
        var session = Assert.Single(opened.Headers.GetValues("Mcp-Session-Id"));

        owner.DefaultRequestHeaders.Add("Mcp-Session-Id", session);
        stranger.DefaultRequestHeaders.Add("Mcp-Session-Id", session);
        using var continued = await owner.CallToolAsync("media_list");
        using var refused = await stranger.CallToolAsync("media_list");

        Assert.DoesNotContain("worker-session", session);
        Assert.Equal(HttpStatusCode.OK, continued.StatusCode);
        Assert.Equal(session, Assert.Single(continued.Headers.GetValues("Mcp-Session-Id")));
        Assert.Equal("worker-session", gateway.Worker.Calls.Last().Header("Mcp-Session-Id"));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal(2, gateway.Worker.Calls.Count);
    }

    [Theory]
    [InlineData("revoked_at = now()")]
    [InlineData("permissions = '{tool:chat/*:call}'")]
    public async Task A_stream_that_lasts_ends_soon_after_its_credential_was_withdrawn(string withdrawal)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, configure: services => services.AddSingleton<TimeProvider>(clock));
        gateway.Worker.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"first\":1}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var caller = await gateway.CallerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = McpMessages.Content("""{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{}}}"""),
        };
        using var answer = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Equal("data: {\"first\":1}", await reader.ReadLineAsync(Token));

        var end = reader.ReadToEndAsync(Token);
        clock.Advance(TimeSpan.FromSeconds(31));
        await Task.WhenAny(end, Task.Delay(200, Token));
        Assert.False(end.IsCompleted);
        await gateway.ExecuteAsync($"UPDATE gateway.api_keys SET {withdrawal}");
        for (var looks = 0; looks < 200 && !end.IsCompleted; looks++)
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            await Task.WhenAny(end, Task.Delay(50, Token));
        }

        Assert.True(end.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_session_of_one_endpoint_is_unknown_at_another()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        gateway.Worker.Answer = context =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "worker-session";
            return FakeWorker.WriteJsonAsync(context, FakeWorker.Result);
        };
        using var caller = await gateway.CallerAsync();
        using var opened = await caller.SendMessageAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""");
        caller.DefaultRequestHeaders.Add("Mcp-Session-Id", Assert.Single(opened.Headers.GetValues("Mcp-Session-Id")));

        using var elsewhere = await caller.PostAsync("/mcp/media", McpMessages.Content(McpMessages.ToolCall("list")), Token);
        using var alias = await caller.PostAsync("/api/v1/mcp", McpMessages.Content(McpMessages.ToolCall("media_list")), Token);

        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alias.StatusCode);
    }

    [Fact]
    public async Task A_call_that_waits_for_its_caller_goes_back_to_the_worker_that_keeps_it()
    {
        await using var other = await FakeWorker.StartAsync();
        await using var keeper = await FakeWorker.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_WORKER_URLS"] = $"{other.Url},{keeper.Url}" });
        using var caller = await gateway.CallerAsync();

        for (var i = 0; i < 10; i++)
        {
            using var answered = await caller.SendMessageAsync(
                $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"orders__ship","requestState":"call:seed:{{{keeper.Url}}}:handle"}}""");
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        using var gone = await caller.SendMessageAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"orders__ship","requestState":"call:worker-gone:handle"}}""");

        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        Assert.Equal(11, keeper.Calls.Count + other.Calls.Count);
        Assert.InRange(keeper.Calls.Count, 10, 11);
    }

    [Fact]
    public async Task A_worker_that_never_answers_is_a_504_with_the_callers_id_and_the_next_call_passes()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_MODULE_TIMEOUT"] = "1" });
        gateway.Worker.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.CallToolAsync("media_list", "9");
        gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, FakeWorker.Result);
        using var next = await caller.CallToolAsync("media_list");

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal(9, (await answer.JsonAsync()).GetProperty("id").GetInt32());
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(431)]
    public async Task A_worker_that_refuses_the_gateway_is_a_502_and_says_nothing_against_the_callers_credential(int status)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        gateway.Worker.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.CallToolAsync("media_list", "9");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(9, (await answer.JsonAsync()).GetProperty("id").GetInt32());
        Assert.Contains(gateway.Log.Entries, entry => entry.Event.Name == "forward_not_accepted");
    }
}
