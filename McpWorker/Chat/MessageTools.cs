using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using McpModules;
using McpWorker.InternalAccess;
using McpWorker.Paging;
using ModelContextProtocol.Server;

namespace McpWorker.Chat;

[McpServerToolType]
internal static class MessageTools
{
    /// <summary>What a responder is shown of what was said before.</summary>
    private const int Remembered = 50;

    [McpServerTool(Name = "send", Title = "Write to a conversation", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = true, UseStructuredContent = true)]
    [Description("""
        Adds a message to one of your conversations and returns it with the answer, which cites the documents it is from. When
        no answer can be made, the message is not kept either and can be sent again.
        """)]
    public static async Task<Exchange> SendAsync(
        ConversationStore store,
        IChatResponder responder,
        ClaimsPrincipal caller,
        [Description("Id as chat_create and chat_list return it.")] Guid conversation_id,
        [Description("What you say, at most 16000 characters."), StringLength(16_000, MinimumLength = 1)] string message,
        CancellationToken cancellationToken)
    {
        var owner = CallerIdentity.OwnerOf(caller);
        var text = Text.Of(message, "message");
        var before = await store.ReadAsync(conversation_id, owner, newestFirst: true, Remembered, after: null, cancellationToken)
            ?? throw ConversationTools.Missing(conversation_id);
        var history = before.Items.Reverse().Select(kept => new ChatMessage(kept.Role, kept.Content)).ToList();
        var reply = await responder.ReplyAsync(new ChatTurn(conversation_id, history, text, caller), cancellationToken);
        var kept = await store.AppendAsync(conversation_id, owner, text, reply, cancellationToken) ?? throw ConversationTools.Missing(conversation_id);
        return new Exchange(kept[0], kept[1]);
    }

    [McpServerTool(Name = "history", Title = "Read a conversation", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Returns the messages of one of your conversations in their order, page by page.")]
    public static async Task<Page<KeptMessage>> HistoryAsync(
        ConversationStore store,
        ClaimsPrincipal caller,
        [Description("Id as chat_create and chat_list return it.")] Guid conversation_id,
        [Description("Messages per page, 1 to 200."), Range(1, 200)] int limit = 50,
        [Description("True: the latest message first, to read back from the end.")] bool newest_first = false,
        [Description("next_cursor of the previous page of the same order.")] string? cursor = null,
        CancellationToken cancellationToken = default) =>
        await store.ReadAsync(conversation_id, CallerIdentity.OwnerOf(caller), newest_first, limit, Cursor.Parse(cursor), cancellationToken)
            ?? throw ConversationTools.Missing(conversation_id);

    /// <summary>A message and its answer.</summary>
    internal sealed record Exchange(KeptMessage Message, KeptMessage Reply);
}
