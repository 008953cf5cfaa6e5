using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StandIns.Tests.Hosting;

public sealed class NotificationTests : IAsyncDisposable
{
    private readonly DistributedApplication _application;
    private readonly ProjectResource _worker;

    public NotificationTests()
    {
        var builder = TestApplications.ToRun();
        var worker = builder.AddProject<Worker>("worker");
        worker.WithCommand("reset", "Reset", context => Task.FromResult(CommandResults.Success(context.ResourceName)));
        worker.WithCommand("fail", "Fail", _ => throw new InvalidOperationException("out of order"));
        builder.AddProject<Gateway>("gateway").WaitFor(worker);
        _worker = worker.Resource;
        _application = builder.Build();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ResourceNotificationService Notifications => _application.ResourceNotifications;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task A_wait_ends_when_the_state_comes()
    {
        var waiting = Notifications.WaitForResourceAsync("worker", [KnownResourceStates.Running, KnownResourceStates.Finished], Token);

        await PublishAsync("worker", KnownResourceStates.Starting);
        Assert.False(waiting.IsCompleted);
        await PublishAsync("worker", KnownResourceStates.Finished);

        Assert.Equal(KnownResourceStates.Finished, await waiting);
    }

    [Fact]
    public async Task Healthy_means_that_checks_passed_and_that_those_who_prepare_it_are_done()
    {
        var waiting = Notifications.WaitForResourceHealthyAsync("worker", Token);

        await PublishAsync("worker", KnownResourceStates.Running, s => s with { HealthReports = [Report(HealthStatus.Unhealthy)] });
        await PublishAsync("worker", KnownResourceStates.Running, s => s with { HealthReports = [Report(HealthStatus.Healthy)] });
        Assert.False(waiting.IsCompleted);
        await PublishAsync("worker", KnownResourceStates.Running, s => s with { IsReady = true });

        Assert.Equal(HealthStatus.Healthy, (await waiting).Snapshot.HealthStatus);
    }

    [Fact]
    public async Task A_resource_that_ended_is_not_waited_for()
    {
        await PublishAsync("worker", KnownResourceStates.Exited, s => s with { ExitCode = 134 });

        var failed = await Assert.ThrowsAsync<DistributedApplicationException>(() => Notifications.WaitForResourceHealthyAsync("worker", Token));

        Assert.Contains("134", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_that_does_not_exist_is_not_waited_for() =>
        await Assert.ThrowsAsync<DistributedApplicationException>(() => Notifications.WaitForResourceHealthyAsync("nobody", Token));

    [Fact]
    public async Task One_who_waits_for_replicas_waits_for_all_of_them()
    {
        _worker.Annotations.Add(new InstancesAnnotation(["worker-a", "worker-b"]));
        var gateway = _application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == "gateway");
        var waiting = Notifications.WaitForDependenciesAsync(gateway, Token);

        await PublishAsync("worker-a", KnownResourceStates.Running, s => s with { IsReady = true });
        Assert.True(Notifications.TryGetCurrentState("gateway", out var state));
        Assert.Equal(KnownResourceStates.Waiting, state.Snapshot.State?.Text);
        Assert.False(waiting.IsCompleted);
        await PublishAsync("worker-b", KnownResourceStates.Running, s => s with { IsReady = true });

        await waiting;
    }

    [Fact]
    public async Task A_failed_replica_stops_those_who_wait_for_it()
    {
        _worker.Annotations.Add(new InstancesAnnotation(["worker-a", "worker-b"]));
        var gateway = _application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == "gateway");
        await PublishAsync("worker-a", KnownResourceStates.Running, s => s with { IsReady = true });
        await PublishAsync("worker-b", KnownResourceStates.FailedToStart);

        var failed = await Assert.ThrowsAsync<DistributedApplicationException>(() => Notifications.WaitForDependenciesAsync(gateway, Token));

        Assert.Contains("'worker-b'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_runs_on_every_instance_and_its_failure_is_an_answer()
    {
        _worker.Annotations.Add(new InstancesAnnotation(["worker-a", "worker-b"]));
        await PublishAsync("worker-b", KnownResourceStates.Running);
        var commands = _application.ResourceCommands;

        Assert.True((await commands.ExecuteCommandAsync(_worker, "reset", Token)).Success);
        Assert.Equal("worker-b", (await commands.ExecuteCommandAsync("worker-b", "reset", Token)).Message);
        Assert.Equal("out of order", (await commands.ExecuteCommandAsync("worker-b", "fail", Token)).ErrorMessage);
        Assert.Contains("no command", (await commands.ExecuteCommandAsync(_worker, "nothing", Token)).ErrorMessage!, StringComparison.Ordinal);
        Assert.Contains("nobody", (await commands.ExecuteCommandAsync("nobody", "reset", Token)).ErrorMessage!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_is_kept_for_late_readers_and_ends_when_the_resource_is_done()
    {
        using var loggers = new ResourceLoggerService();
        loggers.Append("worker", "one", isErrorMessage: false);
        var lines = new List<LogLine>();
        await using var reader = loggers.WatchAsync("worker").GetAsyncEnumerator(Token);

        Assert.True(await reader.MoveNextAsync());
        lines.AddRange(reader.Current);
        loggers.Append("worker", "two", isErrorMessage: true);
        Assert.True(await reader.MoveNextAsync());
        lines.AddRange(reader.Current);
        loggers.Complete("worker");

        Assert.Equal([new LogLine(1, "one", false), new LogLine(2, "two", true)], lines);
        Assert.False(await reader.MoveNextAsync());
    }

    private static HealthReportSnapshot Report(HealthStatus status) => new("check", status, Description: null, ExceptionText: null);

    private Task PublishAsync(string id, string state, Func<CustomResourceSnapshot, CustomResourceSnapshot>? further = null) =>
        Notifications.PublishUpdateAsync(_worker, id, s => (further ?? (same => same))(s with { State = state }));
}
