using System.ComponentModel;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Modules;

/// <summary>Two versions of one tool, side by side: 1.0 answers a text, 2.0 an object and takes options.</summary>
[McpServerToolType]
internal sealed class EchoModule : Module
{
    public override string Name => "echo";

    [McpServerTool(Name = "say", ReadOnly = true), ToolVersion("1.0", Deprecated = "2027-03-01"), Description("Says it again.")]
    public static string SayOnce([Description("What to say.")] string param) => param;

    [McpServerTool(Name = "say", ReadOnly = true, UseStructuredContent = true), ToolVersion("2.0"), Description("Says it again.")]
    public static Said Say([Description("What to say.")] string param, [Description("How to say it.")] Options? options = null) =>
        new(string.Join(' ', Enumerable.Repeat(param, options?.Times ?? 1)), options?.Times ?? 1);

    internal sealed record Options([property: Description("How often.")] int Times);

    internal sealed record Said(string Text, int Times);
}
