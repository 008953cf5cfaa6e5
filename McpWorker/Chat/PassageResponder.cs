using McpModules;
using McpWorker.InternalAccess;
using McpWorker.Modules;
using McpWorker.Rag;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Chat;

/// <summary>
/// The responder where nobody registered another: quotes the document library with citations, without any model. Of the library
/// it tells only those who may ask it themselves.
/// </summary>
internal sealed class PassageResponder(PassageIndex index, EnabledModules modules) : IChatResponder
{
    private const int Passages = 3;
    private const int MostOfQuestion = 1_000;
    private const int MostOfEcho = 200;

    public async Task<ChatReply> ReplyAsync(ChatTurn turn, CancellationToken cancellationToken)
    {
        if (!MayAskLibrary(turn))
        {
            return new ChatReply($"Noted as message {turn.History.Count + 1}: “{Start(turn.Message, MostOfEcho)}” There is no library here that I could look for an answer in.", []);
        }

        var answer = await index.FindAsync(PassageQuery.Of(Start(turn.Message, MostOfQuestion), Passages), cancellationToken);
        if (answer.Passages.Count == 0)
        {
            return new ChatReply("The library has nothing about that. Ask with other words, or add a document with media_ingest.", []);
        }

        var quotes = answer.Passages.Select((passage, i) =>
            $"[{i + 1}] {passage.Highlight.ReplaceLineEndings(" ").Trim()} ({(passage.Section.Length > 0 ? passage.Section : passage.Title)})");
        var opening = answer.MatchedAllWords ? "The library says:" : "The library has nothing about all of that; the nearest it says is:";
        return new ChatReply(
            $"{opening}\n{string.Join('\n', quotes)}",
            [.. answer.Passages.Select(passage => new ChatCitation(passage.SourceId, passage.Title, passage.Section))]);
    }

    private bool MayAskLibrary(ChatTurn turn) =>
        modules.Names.Contains("rag", StringComparer.Ordinal)
        && Permissions.Allows(CallerIdentity.Of(turn.Caller).Call.Caller.Permissions, Permissions.ForTool("rag", "query", Permissions.Call));

    private static string Start(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
