using ModelContextProtocol;

namespace McpWorker.Chat;

/// <summary>Texts that callers write into conversations.</summary>
internal static class Text
{
    /// <exception cref="McpException">Nothing is left of it.</exception>
    public static string Of(string text, string argument) => text.Replace('\0', ' ').Trim() is { Length: > 0 } clean ? clean
        : throw new McpException($"{argument} is empty. Write something.");
}
