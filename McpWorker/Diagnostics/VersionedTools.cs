using System.ComponentModel;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

/// <summary>One tool in two versions side by side (S-153): the older takes and returns text, the newer has options and a result with a form.</summary>
[McpServerToolType]
internal static class VersionedTools
{
    [McpServerTool(Name = "test_versioned", ReadOnly = true), ToolVersion("1.0", Deprecated = "2027-03-01")]
    [Description("Repeats its argument.")]
    public static string Repeat([Description("What to repeat.")] string param) => param;

    [McpServerTool(Name = "test_versioned", ReadOnly = true, UseStructuredContent = true), ToolVersion("2.0")]
    [Description("Repeats its argument as often as the options say.")]
    public static Repetition RepeatWithOptions([Description("What to repeat.")] string param, [Description("How.")] RepetitionOptions? options = null) =>
        new(param, [.. Enumerable.Repeat(param, options?.Times ?? 1)]);

    internal sealed record RepetitionOptions([property: Description("How often.")] int Times = 1);

    internal sealed record Repetition(string Param, IReadOnlyList<string> Repeated);
}
