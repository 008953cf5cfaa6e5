using McpWorker.Servers;
using ModelContextProtocol.Protocol;

namespace McpWorker.Tests.Hosting;

public sealed class BoundsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_that_are_no_messages_are_logged_and_dropped_and_the_next_message_counts()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.Auto, "garbage"));

        await conversation.SayAsync("ping");
        var answer = await conversation.HearAsync();

        Assert.IsType<JsonRpcResponse>(answer);
        Assert.Equal(
            ["Hello, I am a server.", "[1,2]", "{\"jsonrpc\":", "{\"a\":1}"],
            hosts.Log.Entries.Where(entry => entry.Event.Name == "hosted_server_garbage").Select(entry => (string)entry.Fields["Line"]!));
    }

    [Theory]
    [InlineData("garbage-flood", "hosted_server_garbage")]
    [InlineData("stderr-flood", "hosted_server_stderr")]
    public async Task A_flood_costs_neither_memory_nor_processor_nor_log(string mood, string name)
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.Auto, mood));
        await hosts.LoggedAsync(name);

        await hosts.LoggedAsync("hosted_server_lines_suppressed");
        await conversation.Channel.DisposeAsync();

        var logged = hosts.Log.Entries.Count(entry => entry.Event.Name == name);
        var suppressed = hosts.Log.Entries.Where(entry => entry.Event.Name == "hosted_server_lines_suppressed").Sum(entry => (int)entry.Fields["Count"]!);
        Assert.InRange(logged, 200, 400);
        Assert.True(suppressed > 1000, $"{suppressed} lines suppressed");
    }

    [Fact]
    public async Task A_flood_of_messages_comes_no_faster_than_is_allowed()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.Auto, "flood"));
        for (var i = 0; i < 2000; i++)
        {
            await conversation.HearAsync();
        }

        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            await conversation.HearAsync();
        }

        // 500 a second, less what the first two thousand saved up.
        Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_message_that_is_too_large_ends_the_process_and_says_so()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.Auto, "large") with { MaxMessageBytes = 1_000_000 });

        Assert.Equal("it printed a message of more than 1000000 bytes", await conversation.EndAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_server_that_takes_too_much_memory_is_ended(string sandbox)
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), "memory") with { MemoryMiB = 64 });

        var reason = await conversation.EndAsync();

        Assert.Contains("64 MiB", reason, StringComparison.Ordinal);
        var exceeded = await hosts.LoggedAsync("hosted_server_memory_exceeded");
        Assert.True((long)exceeded.Fields["Bytes"]! > 64 * 1024 * 1024);
    }

    [Theory]
    [MemberData(nameof(Kinds.WithWalls), MemberType = typeof(Kinds))]
    public async Task A_server_cannot_fork_without_end(string sandbox)
    {
        await using var hosts = new Hosts();
        var word = Guid.NewGuid().ToString("N");
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), "fork", word) with { MaxProcesses = 40 });

        await conversation.ToldAsync("forked");
        var running = Leftovers.With(word).Count;
        await conversation.Channel.DisposeAsync();

        // Bubblewrap's own two are not the server's.
        Assert.InRange(running, 20, 42);
        Assert.Empty(Leftovers.With(word));
    }

    [Fact]
    public async Task Without_a_sandbox_too_many_processes_end_the_server()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.None, "fork") with { MaxProcesses = 40 });

        Assert.Contains("more than its 40", await conversation.EndAsync(), StringComparison.Ordinal);
        Assert.Contains(hosts.Log.Entries, entry => entry.Event.Name == "hosted_server_processes_exceeded");
    }

    [Theory]
    [MemberData(nameof(Kinds.WithWalls), MemberType = typeof(Kinds))]
    public async Task A_fork_bomb_is_ended_whole(string sandbox)
    {
        await using var hosts = new Hosts();
        var word = Guid.NewGuid().ToString("N");
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), "bomb", word) with { MaxProcesses = 40, MemoryMiB = 2048 });
        await Until.TrueAsync(() => Leftovers.With(word).Count > 20);

        await conversation.Channel.DisposeAsync();

        Assert.Empty(Leftovers.With(word));
        Assert.DoesNotContain(hosts.Log.Entries, entry => entry.Event.Name == "hosted_server_processes_left");
    }

    [Fact]
    public async Task A_server_that_does_not_read_blocks_nobody_and_is_ended()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.Auto, "deaf"));
        await conversation.ToldAsync("ready");
        var large = new JsonRpcRequest { Id = new RequestId(1), Method = "ping", Params = new System.Text.Json.Nodes.JsonObject { ["x"] = new string('x', 1_000_000) } };

        // The first fills the pipe; each waits only as long as its caller wants.
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => conversation.Session.SendMessageAsync(large, impatient.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => conversation.Session.SendMessageAsync(large, impatient.Token));

        Assert.Contains("did not read its input", await conversation.EndAsync(), StringComparison.Ordinal);
    }
}
