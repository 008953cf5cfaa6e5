using System.Text.Json;
using McpGateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpGateway.Tests.RequestLog;

public sealed class RequestEventsTests(PostgresServer postgres, RedisServer redis) : IDisposable
{
    private static readonly string[] Common =
        ["event", "level", "logger", "message", "request_id", "service", "span_id", "timestamp", "trace_id", "version", "connection_id", "request_path"];

    private readonly LogFolder _logs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _logs.Dispose();

    [Fact]
    [Trait("Requirement", "S-213")]
    public async Task A_good_call_has_a_beginning_and_an_end_with_sizes_and_no_contents()
    {
        await using (var gateway = await StartAsync())
        {
            using var caller = await gateway.CallerAsync();
            caller.DefaultRequestHeaders.Add("X-Request-ID", "req-1");
            using var answer = await caller.CallToolAsync("media_list");
        }

        var started = Assert.Single(_logs.Events("request_started"));
        var completed = Assert.Single(_logs.Events("request_completed"));
        Assert.Equal(["method", "params_size", "tool"], Own(started));
        Assert.Equal("media_list", started.GetProperty("tool").GetString());
        Assert.Equal("tools/call", started.GetProperty("method").GetString());
        Assert.Equal("""{"name":"media_list","arguments":{"text":"secret-argument"} }""".Length, started.GetProperty("params_size").GetInt32());
        Assert.Equal(["duration_ms", "result_size", "tool"], Own(completed));
        Assert.Equal(FakeWorker.Result.Length, completed.GetProperty("result_size").GetInt32());
        Assert.All([started, completed], line => Assert.Equal("req-1", line.GetProperty("request_id").GetString()));
        Assert.Equal("Information", started.GetProperty("level").GetString());
        Assert.DoesNotContain("secret-argument", File.ReadAllText(_logs.Main), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-213")]
    public async Task A_failed_call_says_why_in_a_sentence_and_in_a_word()
    {
        await using (var gateway = await StartAsync())
        {
            gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, """{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":true}}""");
            using var caller = await gateway.CallerAsync("{tool:media/*:call}");
            using var own = await caller.CallToolAsync("media_list");
            using var denied = await caller.CallToolAsync("rag_query");
        }

        var failed = _logs.Events("request_failed");
        Assert.Equal(["tool_error", "permission_denied"], failed.Select(line => line.GetProperty("error_type").GetString()));
        Assert.All(failed, line => Assert.Equal(["duration_ms", "error", "error_type", "tool"], Own(line)));
        Assert.Equal(["media_list", "rag_query"], failed.Select(line => line.GetProperty("tool").GetString()));
        Assert.Empty(_logs.Events("request_completed"));
    }

    [Fact]
    [Trait("Requirement", "S-213")]
    public async Task Methods_without_a_target_stand_for_the_tool()
    {
        await using (var gateway = await StartAsync())
        {
            using var caller = await gateway.CallerAsync();
            using var answer = await caller.SendMessageAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        }

        Assert.Equal("tools/list", Assert.Single(_logs.Events("request_started")).GetProperty("tool").GetString());
        Assert.Equal(0, Assert.Single(_logs.Events("request_started")).GetProperty("params_size").GetInt32());
    }

    [Fact]
    [Trait("Requirement", "S-218")]
    public async Task Headers_are_traced_from_the_moment_it_is_asked_for_and_without_a_credential()
    {
        var key = "";
        await using (var gateway = await StartAsync())
        {
            key = await gateway.CreateKeyAsync();
            using var caller = gateway.CreateClient();
            caller.DefaultRequestHeaders.Add("X-API-Key", key);
            caller.DefaultRequestHeaders.Add("Cookie", "sid=Zq-planted"); // not-a-secret
            caller.DefaultRequestHeaders.Add("X-Harmless", "harmless");
            using var untraced = await caller.CallToolAsync("media_list");

            var store = gateway.Services.GetRequiredService<SettingsStore>();
            store.Current.Get<LoggingOptions>().TraceRequests = true;
            store.Replace(store.Current);
            using var traced = await caller.CallToolAsync("media_list");
        }

        var line = Assert.Single(_logs.Events("request_trace"));
        Assert.Equal("tools/call", line.GetProperty("rpc_method").GetString());
        var headers = line.GetProperty("request_headers");
        Assert.Equal("***", headers.GetProperty("X-API-Key").GetString());
        Assert.Equal("***", headers.GetProperty("Cookie").GetString());
        Assert.Equal("harmless", headers.GetProperty("X-Harmless").GetString());
        Assert.Equal("application/json", line.GetProperty("response_headers").GetProperty("Content-Type").GetString());
        var log = await File.ReadAllTextAsync(_logs.Main, Token);
        Assert.DoesNotContain(key, log, StringComparison.Ordinal);
        Assert.DoesNotContain("Zq-planted", log, StringComparison.Ordinal);
    }

    private static string[] Own(JsonElement line) =>
        [.. line.EnumerateObject().Select(field => field.Name).Except(Common, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(postgres, redis, _logs.Settings());
}
