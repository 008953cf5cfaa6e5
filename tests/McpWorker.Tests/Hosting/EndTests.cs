using System.Diagnostics;
using System.Globalization;
using McpWorker.Servers;

namespace McpWorker.Tests.Hosting;

public sealed class EndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_stop_ends_every_process_whatever_it_did_to_hide(string sandbox)
    {
        foreach (var mood in (string[])["daemon", "stubborn"])
        {
            await StopAsync(sandbox, mood);
        }
    }

    private static async Task StopAsync(string sandbox, string mood)
    {
        await using var hosts = new Hosts();
        var word = Guid.NewGuid().ToString("N");
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), mood, "remembers", word));
        await conversation.HearAsync();
        await Until.TrueAsync(() => Leftovers.With(word).Count >= (mood == "daemon" ? 3 : 1));

        await conversation.Channel.DisposeAsync();

        Assert.Empty(Leftovers.With(word));
        Assert.DoesNotContain(hosts.Log.Entries, entry => entry.Event.Name == "hosted_server_processes_left");
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_daemon_that_forgot_its_environment_is_ended_too(string sandbox)
    {
        await using var hosts = new Hosts();
        var word = Guid.NewGuid().ToString("N");
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), "daemon", "forgetful", word));
        await conversation.HearAsync();
        await Until.TrueAsync(() => Leftovers.With(word).Count >= 3);

        await conversation.Channel.DisposeAsync();

        Assert.Empty(Leftovers.With(word));
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_server_is_asked_to_end_before_it_is_made_to(string sandbox)
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), "asked"));
        await conversation.ToldAsync("ready");

        await conversation.Channel.DisposeAsync();

        Assert.Contains(hosts.Log.Entries, entry => entry.Event.Name == "hosted_server_stderr" && entry.Message.Contains("asked to end", StringComparison.Ordinal));
        Assert.Contains(hosts.Log.Entries, entry => entry.Event.Name == "hosted_server_stopped");
    }

    [Fact]
    public async Task Children_of_a_server_that_died_are_ended()
    {
        await using var hosts = new Hosts();
        var word = Guid.NewGuid().ToString("N");
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.None, "daemon", "remembers", word));
        await conversation.HearAsync();
        await Until.TrueAsync(() => Leftovers.With(word).Count >= 3);
        var started = await hosts.LoggedAsync("hosted_server_started");

        using var kill = Process.Start("kill", ["-9", $"{started.Fields["ProcessId"]}"]);
        await kill.WaitForExitAsync(Token);

        Assert.Contains("SIGKILL", await conversation.EndAsync(), StringComparison.Ordinal);
        Assert.Empty(Leftovers.With(word));
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public Task Starts_and_stops_leave_no_process_no_handle_and_no_thread(string sandbox) => CycleAsync(sandbox, "10");

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    [Trait("Category", "Long")]
    public Task A_hundred_starts_and_stops_leave_no_process_no_handle_and_no_thread(string sandbox) => CycleAsync(sandbox, "100");

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_worker_that_is_killed_leaves_no_process(string sandbox)
    {
        var word = Guid.NewGuid().ToString("N");
        await using var worker = await HostProcess.RunAsync(nameof(HostProcess.Hosts_until_it_is_killed), sandbox, word);
        await Until.TrueAsync(() => Leftovers.With(word).Count >= 3);

        worker.Process.Kill();

        await Until.TrueAsync(() => Leftovers.With(word).Count == 0);
    }

    private static async Task CycleAsync(string sandbox, string cycles)
    {
        var word = Guid.NewGuid().ToString("N");
        await using var worker = await HostProcess.RunAsync(nameof(HostProcess.Starts_and_stops_and_counts), sandbox, word, cycles);

        // Files, threads and processes that are more than before.
        Assert.All(worker.Line.Split(' '), more => Assert.True(int.Parse(more, CultureInfo.InvariantCulture) <= 0, worker.Line));
        Assert.Empty(Leftovers.With(word));
    }
}
