using McpModules;

namespace McpWorker.Diagnostics;

/// <summary>What the MCP conformance suite expects of a server under test, in the suite's names and texts, and samples of what it does not ask for.</summary>
internal sealed class DiagnosticsModule : Module
{
    public const string ModuleName = "diagnostics";

    public override string Name => ModuleName;

    public override bool IsFederated => false;

    public override IReadOnlyList<Type> ToolTypes =>
        [typeof(ContentTools), typeof(StreamTools), typeof(HeaderTools), typeof(AskingTools), typeof(RoundTripTools), typeof(StatefulTools), typeof(ChangeTools), typeof(VersionedTools)];

    public override IReadOnlyList<Type> ResourceTypes => [typeof(DiagnosticResources)];

    public override IReadOnlyList<Type> PromptTypes => [typeof(DiagnosticPrompts)];

    public override void AddServices(IServiceCollection services) => services.AddSingleton<ChangingOffer>();
}
