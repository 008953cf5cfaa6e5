using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace SampleModule;

[McpServerToolType]
public static class GlossaryTools
{
    [McpServerTool(Name = "define", ReadOnly = true, UseStructuredContent = true), ToolVersion("2.0"), Cached(Scope = CacheScope.Everyone)]
    [Description("Says what the team means by a word. Use glossary_add for a word it does not know.")]
    public static async Task<Definition> DefineAsync(
        Glossary glossary,
        [Description("The word, at most 80 characters."), StringLength(80, MinimumLength = 1)] string word,
        CancellationToken cancellationToken) =>
        await glossary.FindAsync(word, cancellationToken) is { } meaning ? new Definition(word, meaning)
            : throw new McpException($"'{word}' is not in the glossary. Add it with glossary_add.");

    [McpServerTool(Name = "define", ReadOnly = true), ToolVersion("1.0", Deprecated = "2027-03-01")]
    [Description("Says what the team means by a word.")]
    public static async Task<string> DefineAsTextAsync(
        Glossary glossary,
        [Description("The word.")] string word,
        CancellationToken cancellationToken) =>
        (await DefineAsync(glossary, word, cancellationToken)).Meaning;

    [McpServerTool(Name = "add", Destructive = false, Idempotent = true)]
    [Description("Adds a word to the glossary, or replaces its meaning.")]
    public static string Add(
        Glossary glossary,
        [Description("The word, at most 80 characters."), StringLength(80, MinimumLength = 1)] string word,
        [Description("What it means, at most 500 characters."), StringLength(500, MinimumLength = 1)] string meaning)
    {
        glossary.Set(word, meaning);
        return $"'{word}' is in the glossary.";
    }

    public sealed record Definition(string Word, string Meaning);
}
