using System.Diagnostics;
using McpModules;
using McpWorker.Tests.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Tools;

public sealed class ToolCallTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_told_by_request_id_and_logged_in_full()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("probe_crash");

        Assert.True(result.IsError);
        Assert.DoesNotContain("secret", result.TextOf(), StringComparison.Ordinal);
        Assert.Matches("Request id: [0-9a-f]{32}$", result.TextOf());
        var logged = Assert.Single(worker.Log.Entries, entry => entry.Level == LogLevel.Error);
        Assert.Equal("the secret inside", logged.Exception?.Message);
    }

    [Fact]
    [Trait("Requirement", "S-212")]
    public async Task A_run_is_logged_by_its_beginning_and_its_end_and_never_by_its_contents()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        await client.CallAsync("probe_hello", ("name", "Confidential"));

        var started = Assert.Single(worker.Log.Entries, entry => entry.Event.Name == "tool_execution_started");
        var completed = Assert.Single(worker.Log.Entries, entry => entry.Event.Name == "tool_execution_completed");
        Assert.Equal("probe_hello", started.Fields["Tool"]);
        Assert.Equal("name".Length + "\"Confidential\"".Length, started.Fields["ParamsSize"]);
        Assert.Equal("probe_hello", completed.Fields["Tool"]);
        Assert.True(completed.Fields["DurationMs"] is > 0.0);
        Assert.All(worker.Log.Entries, entry => Assert.DoesNotContain("Confidential", entry.Message, StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Requirement", "S-212")]
    [InlineData("probe_crash", LogLevel.Error, "the secret inside")]
    [InlineData("probe_refuse", LogLevel.Warning, "Pass a smaller number.")]
    [InlineData("probe_linger", LogLevel.Warning, "Stopped after 1 s (MCP_MODULE_TIMEOUT).")]
    public async Task A_run_that_fails_is_logged_with_its_error_whatever_its_kind(string tool, LogLevel level, string error)
    {
        await using var worker = await StartAsync(timeoutSeconds: 1);
        await using var client = await worker.ConnectAsync();

        await client.CallAsync(tool);

        var failed = Assert.Single(worker.Log.Entries, entry => entry.Event.Name == "tool_execution_failed");
        Assert.Equal((level, error, tool), (failed.Level, failed.Exception?.Message, failed.Fields["Tool"]));
        Assert.DoesNotContain(worker.Log.Entries, entry => entry.Event.Name == "tool_execution_completed");
    }

    [Fact]
    public async Task A_refusal_is_told_in_its_own_words()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("probe_refuse");

        Assert.True(result.IsError);
        Assert.StartsWith("Pass a smaller number. Request id: ", result.TextOf(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-140")]
    public async Task A_call_past_the_time_limit_is_stopped_and_the_worker_stays_usable()
    {
        await using var worker = await StartAsync(timeoutSeconds: 1);
        await using var client = await worker.ConnectAsync();
        var probe = worker.Services.GetServices<Module>().OfType<ProbeModule>().Single();

        var result = await client.CallAsync("probe_linger");

        Assert.True(result.IsError);
        Assert.Contains("1 s (MCP_MODULE_TIMEOUT)", result.TextOf(), StringComparison.Ordinal);
        await probe.Cancelled.Task.WaitAsync(Token);
        Assert.Equal("Hello, Ann!", (await client.CallAsync("probe_hello", ("name", "Ann"))).TextOf());
    }

    [Fact]
    [Trait("Requirement", "S-140")]
    public async Task A_tool_that_is_slow_to_stop_does_not_hold_its_caller_past_the_time_limit()
    {
        await using var worker = await StartAsync(timeoutSeconds: 1);
        await using var client = await worker.ConnectAsync();
        var probe = worker.Services.GetServices<Module>().OfType<ProbeModule>().Single();
        using var stopped = new ManualResetEventSlim();
        probe.SlowToStop = stopped;

        try
        {
            var result = await client.CallAsync("probe_linger").AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

            Assert.Contains("1 s (MCP_MODULE_TIMEOUT)", result.TextOf(), StringComparison.Ordinal);
        }
        finally
        {
            stopped.Set();
        }

        await probe.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_the_tool()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        var probe = worker.Services.GetServices<Module>().OfType<ProbeModule>().Single();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = client.CallToolAsync("probe_linger", cancellationToken: leaving.Token).AsTask();
        await probe.Entered.Task.WaitAsync(Token);

        await leaving.CancelAsync();

        // What the caller sees of its own leaving depends on where the in-memory connection was cut.
        await Assert.ThrowsAnyAsync<Exception>(() => call);
        await probe.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Each_call_is_one_span_and_one_count_under_its_federated_name()
    {
        await using var worker = await StartAsync();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ToolMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync(path: "/mcp/probe");

        await client.CallAsync("hello", ("name", "Ann"));
        await client.CallAsync("refuse");

        Assert.Equal(
            ["tool=probe_hello version=2.1.0 result=success", "tool=probe_refuse version=2.1.0 result=error"], metrics.Series("tools_executed_total"));
        Assert.Equal(2, metrics.Sum("tools_executed_total"));
        Assert.Contains(spans, span => span.DisplayName == "tools/call probe_hello" && (string?)span.GetTagItem("gen_ai.tool.name") == "probe_hello");
        Assert.Contains(spans, span => span.DisplayName == "tools/call probe_refuse" && span.Status == ActivityStatusCode.Error);
    }

    [Fact]
    [Trait("Requirement", "S-195")]
    public async Task Names_nobody_offers_make_no_series()
    {
        await using var worker = await StartAsync();
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        await client.CallAsync("probe_hello", ("name", "Ann"));
        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAnyAsync<McpException>(async () => await client.CallAsync($"probe_invented_{i}"));
        }

        Assert.Equal(["tool=probe_hello version=2.1.0 result=success"], metrics.Series("tools_executed_total"));
        Assert.Equal(1, metrics.Sum("tools_executed_total"));
    }

    [Fact]
    [Trait("Requirement", "S-196")]
    public async Task Resource_reads_are_counted_by_server_and_those_of_nothing_are_not()
    {
        await using var worker = await StartAsync();
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        await client.ReadResourceAsync("probe://motto", cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<McpException>(async () => await client.ReadResourceAsync(
            "probe://nothing", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(["server=probe result=success"], metrics.Series("resources_accessed_total"));
        Assert.Equal(1, metrics.Sum("resources_accessed_total"));
    }

    [Theory]
    [InlineData("list", "orders__list")]
    [InlineData("a.b/c d", "orders__a_b_c_d")]
    [InlineData("ünïcode", "orders___n_code")]
    public void Names_are_made_of_what_model_apis_accept(string tool, string expected) =>
        Assert.Equal(expected, ToolNames.OfServer("orders", tool));

    [Fact]
    public void Long_names_are_cut_and_stay_apart()
    {
        var first = ToolNames.OfServer("orders", new string('x', 80) + "1");
        var second = ToolNames.OfServer("orders", new string('x', 80) + "2");

        Assert.Equal(64, first.Length);
        Assert.Matches("^orders__x+_[0-9a-f]{4}$", first);
        Assert.NotEqual(first, second);
    }

    private Task<WorkerApp> StartAsync(int timeoutSeconds = 60) => WorkerApp.StartAsync(
        postgres,
        new ModuleOptions { Enabled = ["probe"], TimeoutSeconds = timeoutSeconds },
        services => services.AddModule<ProbeModule>());
}
