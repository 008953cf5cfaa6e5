using McpModules;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Chat;

[Trait("Requirement", "S-145")]
public sealed class ChatToolsTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_message_and_its_answer_are_kept_in_order_and_the_answer_cites_the_library()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        var source = (await client.CallAsync("media_ingest", ("content", "# Harbour\n\n## Fees\n\nThe berth fee is four a metre."))).Data().GetProperty("id").GetString();
        var id = (await client.CallAsync("chat_create", ("title", "Fees"))).Data().GetProperty("id").GetString();

        var exchange = (await client.CallAsync("chat_send", ("conversation_id", id), ("message", "what is the berth fee"))).Data();
        var nothing = (await client.CallAsync("chat_send", ("conversation_id", id), ("message", "zeppelin"))).Data();
        var history = (await client.CallAsync("chat_history", ("conversation_id", id))).Data().GetProperty("items").EnumerateArray().ToList();

        Assert.Contains("[1] **berth** **fee** is four a metre (Harbour > Fees)", exchange.GetProperty("reply").GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains("nothing about that", nothing.GetProperty("reply").GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(["user", "assistant", "user", "assistant"], history.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("what is the berth fee", history[0].GetProperty("content").GetString());
        var citation = Assert.Single(history[1].GetProperty("citations").EnumerateArray());
        Assert.Equal(source, citation.GetProperty("source_id").GetString());
        Assert.Equal("Harbour > Fees", citation.GetProperty("section").GetString());
    }

    [Fact]
    public async Task To_anybody_but_its_owner_a_conversation_is_not_there()
    {
        await using var worker = await StartAsync();
        await using var ann = await worker.ConnectAsync();
        await using var bob = await worker.ConnectAsync(WorkerApp.Caller("bob", "*"));
        var id = await CreateAsync(ann);
        await ann.CallAsync("chat_send", ("conversation_id", id), ("message", "a secret"));

        var sent = await bob.CallAsync("chat_send", ("conversation_id", id), ("message", "hello"));
        var read = await bob.CallAsync("chat_history", ("conversation_id", id));
        var deleted = await bob.CallAsync("chat_delete", ("conversation_id", id));
        var listed = (await bob.CallAsync("chat_list")).Data();

        Assert.All([sent, read, deleted], result => Assert.StartsWith($"You have no conversation {id}. chat_list shows", result.TextOf(), StringComparison.Ordinal));
        Assert.Empty(listed.GetProperty("items").EnumerateArray());
        Assert.Equal(2, (await ann.CallAsync("chat_history", ("conversation_id", id))).Data().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task History_is_read_in_pages_from_either_end()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        var id = await CreateAsync(client);
        for (var i = 0; i < 3; i++)
        {
            await client.CallAsync("chat_send", ("conversation_id", id), ("message", $"message {i}"));
        }

        var forward = await ReadAsync(newestFirst: false);
        var back = await ReadAsync(newestFirst: true);

        Assert.Equal(6, forward.Count);
        Assert.Equal(["message 0", "message 1", "message 2"], forward.Where(text => text.StartsWith("message", StringComparison.Ordinal)));
        Assert.Equal(forward, Enumerable.Reverse(back));

        async Task<List<string>> ReadAsync(bool newestFirst)
        {
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = (await client.CallAsync(
                    "chat_history", ("conversation_id", id), ("limit", 4), ("newest_first", newestFirst), ("cursor", cursor))).Data();
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(message => message.GetProperty("content").GetString()!));
                cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
            }
            while (cursor is not null);
            return seen;
        }
    }

    [Fact]
    public async Task The_list_begins_with_the_one_used_last_and_a_deleted_one_is_gone()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        var first = await CreateAsync(client);
        var second = await CreateAsync(client);
        var third = await CreateAsync(client);
        await client.CallAsync("chat_send", ("conversation_id", first), ("message", "hello"));
        await client.CallAsync("chat_delete", ("conversation_id", second));

        var listed = (await client.CallAsync("chat_list")).Data().GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());

        Assert.Equal([first, third], listed);
        Assert.True((await client.CallAsync("chat_history", ("conversation_id", second))).IsError);
    }

    [Fact]
    public async Task Another_responder_takes_the_place_of_the_default_and_sees_what_was_said()
    {
        var parrot = new Parrot();
        await using var worker = await StartAsync(services => services.AddSingleton<IChatResponder>(parrot));
        await using var client = await worker.ConnectAsync();
        var id = await CreateAsync(client);

        await client.CallAsync("chat_send", ("conversation_id", id), ("message", "one"));
        var second = (await client.CallAsync("chat_send", ("conversation_id", id), ("message", "two"))).Data();
        parrot.Fails = true;
        var failed = await client.CallAsync("chat_send", ("conversation_id", id), ("message", "three"));
        var history = (await client.CallAsync("chat_history", ("conversation_id", id))).Data().GetProperty("items");

        Assert.Equal("one, one!, two!", second.GetProperty("reply").GetProperty("content").GetString());
        Assert.StartsWith("The parrot sleeps.", failed.TextOf(), StringComparison.Ordinal);
        Assert.Equal(4, history.GetArrayLength());
    }

    [Fact]
    public async Task Nobody_learns_of_the_library_by_chat_who_may_not_ask_it()
    {
        await using var worker = await StartAsync();
        await using var admin = await worker.ConnectAsync();
        await using var guest = await worker.ConnectAsync(WorkerApp.Caller("guest", "tool:chat/*:call"));
        await admin.CallAsync("media_ingest", ("content", "The berth fee is four a metre."));
        var id = await CreateAsync(guest);

        var reply = (await guest.CallAsync("chat_send", ("conversation_id", id), ("message", "berth fee"))).Data().GetProperty("reply");

        Assert.DoesNotContain("metre", reply.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Empty(reply.GetProperty("citations").EnumerateArray());
    }

    [Theory]
    [InlineData("chat_send", """{"conversation_id":"17","message":"x"}""", "'conversation_id' is \"17\"; it must be an id such as")]
    [InlineData("chat_send", """{"conversation_id":"0198c5f2-5d2a-7c3e-9b1a-2f6d1c0e4a77","message":""}""", "'message' is empty")]
    [InlineData("chat_history", """{"conversation_id":"0198c5f2-5d2a-7c3e-9b1a-2f6d1c0e4a77","limit":201}""", "from 1 to 200")]
    [InlineData("chat_create", """{"titel":"x"}""", "'titel' is not known; known are: title")]
    public async Task Bad_input_never_reaches_a_tool(string tool, string arguments, string problem)
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        var parsed = System.Text.Json.JsonDocument.Parse(arguments).RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);

        var refused = await Assert.ThrowsAsync<McpProtocolException>(
            async () => await client.CallToolAsync(tool, parsed, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> CreateAsync(McpClient client) => (await client.CallAsync("chat_create")).Data().GetProperty("id").GetString()!;

    private Task<WorkerApp> StartAsync(Action<IServiceCollection>? configure = null) =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["media", "rag", "chat"] }, configure);

    private sealed class Parrot : IChatResponder
    {
        public bool Fails { get; set; }

        public Task<ChatReply> ReplyAsync(ChatTurn turn, CancellationToken cancellationToken) => Fails
            ? throw new McpException("The parrot sleeps.")
            : Task.FromResult(new ChatReply($"{string.Join(", ", turn.History.Select(message => message.Content).Append(turn.Message))}!", []));
    }
}
