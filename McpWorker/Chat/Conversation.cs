using System.ComponentModel;
using McpModules;

namespace McpWorker.Chat;

/// <summary>A conversation without its messages.</summary>
internal sealed record Conversation(
    [property: Description("Id for chat_send, chat_history and chat_delete.")] Guid Id,
    string Title,
    DateTimeOffset CreatedAt,
    [property: Description("When its last message came.")] DateTimeOffset UpdatedAt);

/// <summary>A message as it was kept.</summary>
internal sealed record KeptMessage(
    [property: Description("user or assistant.")] string Role,
    string Content,
    DateTimeOffset CreatedAt,
    [property: Description("Where in the document library an answer is from.")] IReadOnlyList<ChatCitation> Citations);
