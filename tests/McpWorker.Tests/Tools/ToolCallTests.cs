using System.Diagnostics;
using System.Diagnostics.Metrics;
using McpModules;
using McpWorker.Tests.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
        var counts = new List<string>();
        using var meters = new MeterListener();
        var factory = worker.Services.GetRequiredService<IMeterFactory>();
        meters.InstrumentPublished = (instrument, subscription) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "tools_executed_total")
            {
                subscription.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (counts)
            {
                counts.Add($"{value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
            }
        });
        meters.Start();
        await using var client = await worker.ConnectAsync(path: "/mcp/probe");

        await client.CallAsync("hello", ("name", "Ann"));
        await client.CallAsync("refuse");

        Assert.Equal(["1 tool=probe_hello version=2.1.0 result=success", "1 tool=probe_refuse version=2.1.0 result=error"], counts);
        Assert.Contains(spans, span => span.DisplayName == "tools/call probe_hello" && (string?)span.GetTagItem("mcp.tool.name") == "probe_hello");
        Assert.Contains(spans, span => span.DisplayName == "tools/call probe_refuse" && span.Status == ActivityStatusCode.Error);
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
