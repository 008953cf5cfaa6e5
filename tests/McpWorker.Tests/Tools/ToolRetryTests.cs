using System.Net;
using McpModules;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using Npgsql;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Tools;

[Trait("Requirement", "S-141")]
public sealed class ToolRetryTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("flaky_read")]
    [InlineData("flaky_set")]
    public async Task A_tool_that_fails_twice_for_a_passing_reason_succeeds_at_the_third_attempt(string tool)
    {
        await using var worker = await StartAsync();
        var flaky = ModuleOf(worker);
        flaky.Failures = 2;
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync(tool);

        Assert.Equal("done", result.TextOf());
        Assert.Equal(3, flaky.Attempts);
        Assert.Equal(2, metrics.Sum("tool_retries_total", $"tool={tool}"));
        Assert.Equal(1, metrics.Sum("tools_executed_total", $"tool={tool}", "result=success"));
        Assert.Equal([1, 2], worker.Log.Entries.Where(entry => entry.Event.Name == "tool_retried").Select(entry => entry.Fields["Attempt"]));
    }

    [Fact]
    public async Task A_tool_that_writes_is_attempted_once()
    {
        await using var worker = await StartAsync();
        var flaky = ModuleOf(worker);
        flaky.Failures = 1;
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("flaky_add");

        Assert.True(result.IsError);
        Assert.Equal(1, flaky.Attempts);
    }

    [Fact]
    public async Task The_setting_bounds_the_attempts_and_the_caller_learns_the_reason()
    {
        await using var worker = await StartAsync(maxRetries: 1);
        var flaky = ModuleOf(worker);
        flaky.Failures = 100;
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("flaky_read");

        Assert.StartsWith("The weather station is away. Request id: ", result.TextOf(), StringComparison.Ordinal);
        Assert.Equal(2, flaky.Attempts);
    }

    [Fact]
    public async Task Retries_end_with_the_time_limit_of_the_call()
    {
        await using var worker = await StartAsync(maxRetries: 10, timeoutSeconds: 1);
        var flaky = ModuleOf(worker);
        flaky.Failures = 100;
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("flaky_read");

        Assert.Contains("1 s (MCP_MODULE_TIMEOUT)", result.TextOf(), StringComparison.Ordinal);
        Assert.InRange(flaky.Attempts, 2, 6);
    }

    [Fact]
    public async Task A_failure_that_does_not_pass_is_not_repeated()
    {
        await using var worker = await StartAsync();
        var flaky = ModuleOf(worker);
        flaky.Failures = 1;
        flaky.Failure = () => new McpException("There is no such thing.");
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("flaky_read");

        Assert.True(result.IsError);
        Assert.Equal(1, flaky.Attempts);
    }

    [Fact]
    public void Passing_are_failures_of_the_way_and_of_servers_that_are_overloaded()
    {
        Exception[] passing =
        [
            new TransientException("away"), new TimeoutException(), new HttpRequestException("no route"), new NpgsqlException("broken", new IOException()),
            new HttpRequestException("busy", null, HttpStatusCode.ServiceUnavailable), new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests),
        ];
        Exception[] lasting =
        [
            new InvalidOperationException(), new McpException("no"), new HttpRequestException("wrong", null, HttpStatusCode.BadRequest),
            new PostgresException("duplicate", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation),
        ];

        Assert.All(passing, exception => Assert.True(ToolRetries.IsTransient(exception), exception.ToString()));
        Assert.All(lasting, exception => Assert.False(ToolRetries.IsTransient(exception), exception.ToString()));
    }

    private static FlakyModule ModuleOf(WorkerApp worker) => worker.Services.GetServices<Module>().OfType<FlakyModule>().Single();

    private Task<WorkerApp> StartAsync(int maxRetries = 3, int timeoutSeconds = 60) => WorkerApp.StartAsync(
        postgres,
        new ModuleOptions { Enabled = ["flaky"], MaxRetries = maxRetries, TimeoutSeconds = timeoutSeconds },
        services => services.AddModule<FlakyModule>());
}
