using McpModules;

namespace McpWorker.Diagnostics;

/// <summary>What the MCP conformance suite expects of a server under test; names and texts are the suite's.</summary>
internal sealed class DiagnosticsModule : Module
{
    public const string ModuleName = "diagnostics";

    public override string Name => ModuleName;

    public override bool IsFederated => false;

    public override IReadOnlyList<Type> ToolTypes =>
        [typeof(ContentTools), typeof(StreamTools), typeof(HeaderTools), typeof(AskingTools), typeof(RoundTripTools), typeof(StatefulTools), typeof(ChangeTools)];

    public override IReadOnlyList<Type> ResourceTypes => [typeof(DiagnosticResources)];

    public override IReadOnlyList<Type> PromptTypes => [typeof(DiagnosticPrompts)];

    public override void AddServices(IServiceCollection services) => services.AddSingleton<ChangingOffer>();
}
