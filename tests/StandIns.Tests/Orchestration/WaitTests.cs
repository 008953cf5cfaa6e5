using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StandIns.Tests.Orchestration;

public sealed class WaitTests : IAsyncDisposable
{
    private readonly LocalApp _app = new();

    [Fact]
    [Trait("Requirement", "S-004")]
    public async Task A_resource_starts_when_the_one_it_waits_for_is_healthy_and_its_ready_handlers_are_done()
    {
        var isHealthy = false;
        var handled = new TaskCompletionSource();
        _app.Builder.Services.AddHealthChecks().AddCheck("store", () => Volatile.Read(ref isHealthy) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        var store = _app.Script("store", "exec sleep 300").WithHealthCheck("store").OnResourceReady((_, _, _) => handled.Task);
        _app.Script("api", "exec sleep 300").WaitFor(store);
        await _app.StartAsync();

        var unhealthy = await _app.Notifications.WaitForResourceAsync(
            "store", change => change.Snapshot.HealthReports.Any(report => report.Status == HealthStatus.Unhealthy), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, unhealthy.Snapshot.HealthStatus);
        await _app.ReachesAsync("api", KnownResourceStates.Waiting);

        Volatile.Write(ref isHealthy, true);
        await _app.Notifications.WaitForResourceAsync("store", change => change.Snapshot.HealthStatus == HealthStatus.Healthy, TestContext.Current.CancellationToken);
        Assert.Equal(KnownResourceStates.Waiting, StateOf("api"));

        handled.SetResult();
        await _app.ReachesAsync("api", KnownResourceStates.Running);
        await _app.BecomesHealthyAsync("api");
    }

    [Fact]
    public async Task A_resource_that_waits_for_a_completion_starts_after_it()
    {
        var migrations = _app.Script("migrations", "touch migrated");
        _app.Script("api", "test -f migrated && exec sleep 300").WaitForCompletion(migrations);
        await _app.StartAsync();

        await _app.BecomesHealthyAsync("api");

        var ended = await _app.ReachesAsync("migrations", KnownResourceStates.Finished);
        Assert.Equal(0, ended.Snapshot.ExitCode);
    }

    [Fact]
    [Trait("Requirement", "S-003")]
    public async Task A_service_that_exits_at_start_fails_those_who_wait_with_its_name_its_exit_code_and_its_log()
    {
        _app.Builder.Services.AddHealthChecks().AddCheck("worker", () => HealthCheckResult.Unhealthy("no answer"));
        var worker = _app.Script("worker", "echo 'cannot open the \e[31mdatabase\e[0m' >&2; exit 3").WithHealthCheck("worker");
        var gateway = _app.Script("gateway", "exec sleep 300").WaitFor(worker);
        _app.Script("other", "exec sleep 300");
        _app.Script("far", "exec sleep 300").WaitFor(gateway);
        await _app.StartAsync();

        await _app.ReachesAsync("gateway", KnownResourceStates.FailedToStart);
        await _app.ReachesAsync("far", KnownResourceStates.FailedToStart);
        await _app.BecomesHealthyAsync("other");

        var log = Path.Combine(_app.StateFolder, "logs", "worker.log");
        var reason = await _app.ReasonAsync("gateway");
        Assert.Contains("worker: exited with code 3", reason, StringComparison.Ordinal);
        Assert.Contains(log, reason, StringComparison.Ordinal);
        Assert.Contains("worker: exited with code 3", await _app.ReasonAsync("far"), StringComparison.Ordinal);
        Assert.Equal("cannot open the \e[31mdatabase\e[0m\n", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));

        await Eventually.HoldsAsync(() => _app.Status("worker").GetProperty("state").GetString() == "Finished", "scripts learn of the end");
        Assert.Equal("failed", _app.Status().GetProperty("health").GetString());
        Assert.Equal(3, _app.Status("worker").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task A_wrong_exit_code_fails_those_who_wait_for_the_completion()
    {
        var migrations = _app.Script("migrations", "exit 1");
        _app.Script("api", "exec sleep 300").WaitForCompletion(migrations);
        await _app.StartAsync();

        await _app.ReachesAsync("api", KnownResourceStates.FailedToStart);

        Assert.Contains("migrations", await _app.ReasonAsync("api"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_without_value_is_missing_and_its_users_say_which()
    {
        var key = _app.Builder.AddParameter("admin-key", secret: true);
        _app.Script("api", "exec sleep 300").WithEnvironment("KEY", key);
        await _app.StartAsync();

        await _app.ReachesAsync("admin-key", KnownResourceStates.ValueMissing);
        await _app.ReachesAsync("api", KnownResourceStates.FailedToStart);

        Assert.Contains("admin-key", await _app.ReasonAsync("api"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_fails_with_the_cure_and_so_do_those_who_wait_for_it()
    {
        var store = _app.Builder.AddContainer("store", "redis").WithHttpEndpoint(targetPort: 6379);
        _app.Script("api", "exec sleep 300").WithEnvironment("STORE", store.GetEndpoint("http")).WaitFor(store);
        _app.Script("bold", "exec sleep 300").WithEnvironment("STORE", store.GetEndpoint("http"));
        await _app.StartAsync();

        await _app.ReachesAsync("store", KnownResourceStates.FailedToStart);
        await _app.ReachesAsync("api", KnownResourceStates.FailedToStart);
        await _app.ReachesAsync("bold", KnownResourceStates.Running);

        Assert.Contains("UseOfficialPackages=true", await _app.ReasonAsync("store"), StringComparison.Ordinal);
        Assert.Contains("AddExecutable", await _app.ReasonAsync("api"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_is_there_when_what_it_waits_for_is()
    {
        var server = _app.Script("server", "exec sleep 300").WithHttpEndpoint(env: "PORT");
        var connection = _app.Builder.AddConnectionString("mcpdb", ReferenceExpression.Create($"Port={server.GetEndpoint("http").Property(EndpointProperty.Port)}")).WaitFor(server);
        _app.Script("api", "echo \"$ConnectionStrings__mcpdb\" > given; exec sleep 300").WithReference(connection).WaitFor(connection);
        await _app.StartAsync();

        await _app.BecomesHealthyAsync("api");
        await Eventually.HoldsAsync(() => _app.Read("given").Length > 0, "the script has written");

        Assert.Equal($"Port={server.GetEndpoint("http").Port}\n", _app.Read("given"));
        await _app.BecomesHealthyAsync("mcpdb");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string? StateOf(string name) => _app.Notifications.TryGetCurrentState(name, out var current) ? current.Snapshot.State?.Text : null;
}
