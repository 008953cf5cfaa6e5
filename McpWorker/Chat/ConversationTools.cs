using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using McpWorker.InternalAccess;
using McpWorker.Paging;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpWorker.Chat;

[McpServerToolType]
internal static class ConversationTools
{
    [McpServerTool(Name = "create", Title = "Begin a conversation", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("Begins a conversation, which only you can see, and returns it with its id. Write to it with chat_send.")]
    public static Task<Conversation> CreateAsync(
        ConversationStore store,
        ClaimsPrincipal caller,
        [Description("What it is about, at most 200 characters."), StringLength(200)] string title = "Conversation",
        CancellationToken cancellationToken = default) =>
        store.AddAsync(Text.Of(title, "title"), CallerIdentity.OwnerOf(caller), cancellationToken);

    [McpServerTool(Name = "list", Title = "List conversations", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Lists your conversations, the one used last first.")]
    public static Task<Page<Conversation>> ListAsync(
        ConversationStore store,
        ClaimsPrincipal caller,
        [Description("Conversations per page, 1 to 100."), Range(1, 100)] int limit = 20,
        [Description("next_cursor of the previous page.")] string? cursor = null,
        CancellationToken cancellationToken = default) =>
        store.ListAsync(CallerIdentity.OwnerOf(caller), limit, Cursor.Parse(cursor), cancellationToken);

    [McpServerTool(Name = "delete", Title = "Delete a conversation", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Deletes one of your conversations with all its messages. This cannot be undone.")]
    public static async Task<Deleted> DeleteAsync(
        ConversationStore store,
        ClaimsPrincipal caller,
        [Description("Id of the conversation.")] Guid conversation_id,
        CancellationToken cancellationToken) =>
        await store.RemoveAsync(conversation_id, CallerIdentity.OwnerOf(caller), cancellationToken) ? new Deleted(conversation_id) : throw Missing(conversation_id);

    public static McpException Missing(Guid id) => new($"You have no conversation {id}. chat_list shows those you have; chat_create begins another.");

    internal sealed record Deleted(Guid Id);
}
