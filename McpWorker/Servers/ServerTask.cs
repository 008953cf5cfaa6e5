using System.Text.Json.Nodes;

namespace McpWorker.Servers;

/// <summary>
/// Tasks of 2025-11-25, an experiment of that version: some tools of such servers can be called in no other way. Our callers
/// see an ordinary call; the worker waits for the task.
/// </summary>
internal static class ServerTask
{
    /// <summary>In the parameters of a call: run it as a task.</summary>
    public const string Member = "task";

    public const string ResultMethod = "tasks/result";
    public const string CancelMethod = "tasks/cancel";

    /// <summary>In the metadata of what belongs to a task, which our callers know nothing of.</summary>
    public const string RelatedMeta = "io.modelcontextprotocol/related-task";

    private const int KeptForMilliseconds = 3_600_000;

    /// <summary>Whether an entry of <c>tools/list</c> is a tool that runs as a task only.</summary>
    public static bool IsNeeded(JsonNode? tool) =>
        tool is JsonObject members && members["execution"] is JsonObject execution && execution["taskSupport"]?.ToString() == "required";

    public static JsonObject Wanted() => new() { ["ttl"] = KeptForMilliseconds };

    /// <summary>The task an enclosed answer names; null when it is something else.</summary>
    public static string? IdOf(JsonObject answer) =>
        answer["result"] is JsonObject result && result[Member] is JsonObject task ? task["taskId"]?.ToString() : null;

    public static JsonObject Named(string task) => new() { ["taskId"] = task };
}
