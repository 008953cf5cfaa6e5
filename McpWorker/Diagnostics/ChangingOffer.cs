using McpModules;
using McpWorker.Modules;
using McpWorker.Tools;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

/// <summary>What the module offers, with or without one tool and one prompt.</summary>
internal sealed class ChangingOffer(IEnumerable<Module> modules, ToolCatalog catalog, IServiceProvider services)
{
    private readonly Lock _turn = new();
    private readonly Lazy<Offer> _always = new(() => ModuleOffer.Of(modules.OfType<DiagnosticsModule>().Single(), services));
    private bool _hasTool;
    private bool _hasPrompt;

    /// <returns>Whether the tool is there now.</returns>
    public bool ToggleTool()
    {
        lock (_turn)
        {
            _hasTool = !_hasTool;
            Publish();
            return _hasTool;
        }
    }

    /// <returns>Whether the prompt is there now.</returns>
    public bool TogglePrompt()
    {
        lock (_turn)
        {
            _hasPrompt = !_hasPrompt;
            Publish();
            return _hasPrompt;
        }
    }

    private static ToolAddress Address(string name) => new(DiagnosticsModule.ModuleName, name, name, "");

    private static Named<T> Under<T>(T item) => new(item, item);

    private void Publish()
    {
        var offer = _always.Value;
        var tool = McpServerTool.Create(() => "Here.", new() { Name = "test_added_tool", Description = "Comes and goes.", Metadata = [Address("test_added_tool")] });
        var prompt = McpServerPrompt.Create(() => "Here.", new() { Name = "test_added_prompt", Description = "Comes and goes.", Metadata = [Address("test_added_prompt")] });
        catalog.Publish(DiagnosticsModule.ModuleName, offer with
        {
            Tools = _hasTool ? [.. offer.Tools, Under(tool)] : offer.Tools,
            Prompts = _hasPrompt ? [.. offer.Prompts, Under(prompt)] : offer.Prompts,
        });
    }
}
