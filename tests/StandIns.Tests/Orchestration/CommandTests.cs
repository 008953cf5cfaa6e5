using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Tests.Orchestration;

public sealed class CommandTests : IAsyncDisposable
{
    private readonly LocalApp _app = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_start_and_restart_do_what_they_say()
    {
        _app.Script("api", "echo up >> starts; exec sleep 300");
        await _app.StartAsync();
        await _app.BecomesHealthyAsync("api");
        await HasStartedAsync(1);
        var first = Assert.Single(_app.Processes());

        Assert.True((await _app.DoAsync("api", "stop")).Success);
        await _app.ReachesAsync("api", KnownResourceStates.Finished);
        Assert.Empty(_app.Processes());

        Assert.True((await _app.DoAsync("api", "start")).Success);
        await _app.BecomesHealthyAsync("api");
        await HasStartedAsync(2);
        var second = Assert.Single(_app.Processes());

        Assert.True((await _app.DoAsync("api", "restart")).Success);
        await _app.BecomesHealthyAsync("api");

        await HasStartedAsync(3);
        Assert.Equal(3, new HashSet<int> { first, second, Assert.Single(_app.Processes()) }.Count);

        Task HasStartedAsync(int times) =>
            Eventually.HoldsAsync(() => _app.Read("starts") == string.Concat(Enumerable.Repeat("up\n", times)), $"it started {times} times");
    }

    [Fact]
    public async Task A_resource_with_explicit_start_waits_for_the_command()
    {
        _app.Script("tool", "exec sleep 300").WithExplicitStart();
        _app.Script("api", "exec sleep 300");
        await _app.StartAsync();

        await _app.BecomesHealthyAsync("api");
        await _app.ReachesAsync("tool", KnownResourceStates.NotStarted);
        await Eventually.HoldsAsync(() => _app.Status().GetProperty("health").GetString() == "healthy", "nothing else is to start");

        Assert.True((await _app.DoAsync("tool", "start")).Success);
        await _app.BecomesHealthyAsync("tool");
    }

    [Fact]
    public async Task A_start_that_fails_says_why()
    {
        _app.Builder.AddExecutable("api", "no-such-program", _app.Folder);
        await _app.StartAsync();
        await _app.ReachesAsync("api", KnownResourceStates.FailedToStart);

        var result = await _app.DoAsync("api", "start");

        Assert.False(result.Success);
        Assert.Contains("no-such-program", result.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_mended_by_a_restart_counts_as_failed_no_more()
    {
        _app.Script("api", "test -f cure || exit 4; exec sleep 300");
        await _app.StartAsync();
        await _app.ReachesAsync("api", KnownResourceStates.Finished);
        await Eventually.HoldsAsync(() => _app.Status().GetProperty("health").GetString() == "failed", "the failure is told");

        await File.WriteAllTextAsync(Path.Combine(_app.Folder, "cure"), "", Token);
        Assert.True((await _app.DoAsync("api", "start")).Success);

        await Eventually.HoldsAsync(() => _app.Status().GetProperty("health").GetString() == "healthy", "the cure is told");
    }

    [Fact]
    public async Task Commands_over_HTTP_reach_the_resource()
    {
        _app.WebServer("good").WithHttpHealthCheck("/").WithHttpCommand("/reload", "Reload", commandName: "reload");
        _app.WebServer("bad").WithEnvironment("REFUSES", "1").WithHttpHealthCheck("/").WithHttpCommand("/reload", "Reload", commandName: "reload");
        await _app.StartAsync();
        await _app.BecomesHealthyAsync("good");
        await _app.BecomesHealthyAsync("bad");

        Assert.True((await _app.DoAsync("good", "reload")).Success);
        var refused = await _app.DoAsync("bad", "reload");

        Assert.Contains("409", refused.ErrorMessage, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
