using System.ComponentModel;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

/// <summary>Change what there is, so that whoever listens hears of it.</summary>
[McpServerToolType]
internal static class ChangeTools
{
    [McpServerTool(Name = "test_trigger_tool_change"), Description("Adds a tool, or takes it away again.")]
    public static string ChangeTool(ChangingOffer offer) => offer.ToggleTool() ? "A tool was added." : "A tool was taken away.";

    [McpServerTool(Name = "test_trigger_prompt_change"), Description("Adds a prompt, or takes it away again.")]
    public static string ChangePrompt(ChangingOffer offer) => offer.TogglePrompt() ? "A prompt was added." : "A prompt was taken away.";

    [McpServerTool(Name = "test_trigger_resource_update"), Description("Says that test://watched-resource has changed.")]
    public static string UpdateResource(McpModules.IResourceUpdates updates)
    {
        updates.Publish(DiagnosticsModule.ModuleName, DiagnosticResources.Watched);
        return "Whoever watches it was told.";
    }
}
