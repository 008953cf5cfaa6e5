using System.Security.Claims;

namespace McpModules;

/// <summary>
/// Answers in the <c>chat</c> module's conversations. Register one as a service and it takes the place of the default, which
/// answers from the document library and needs no model.
/// </summary>
public interface IChatResponder
{
    /// <summary>
    /// The answer to one message. When this throws, neither the message nor an answer is kept, and the caller may send it
    /// again; throw <c>McpException</c> to tell why.
    /// </summary>
    Task<ChatReply> ReplyAsync(ChatTurn turn, CancellationToken cancellationToken);
}

/// <summary>A message that waits for its answer.</summary>
/// <param name="History">The latest messages before it, oldest first.</param>
/// <param name="Caller">Whose conversation it is: an answer must hold nothing this caller may not see.</param>
public sealed record ChatTurn(Guid ConversationId, IReadOnlyList<ChatMessage> History, string Message, ClaimsPrincipal Caller);

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>user</c> or <c>assistant</c>.</param>
public sealed record ChatMessage(string Role, string Content);

/// <summary>What a responder answers.</summary>
/// <param name="Citations">Where the answer is from; empty where it is from nowhere in particular.</param>
public sealed record ChatReply(string Content, IReadOnlyList<ChatCitation> Citations);

/// <summary>A place in the document library.</summary>
/// <param name="SourceId">The document's id, for <c>media_get</c>.</param>
/// <param name="Section">The headings above the place; empty where there are none.</param>
public sealed record ChatCitation(Guid SourceId, string Title, string Section);
