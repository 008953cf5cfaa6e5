using McpModules;
using Microsoft.Extensions.DependencyInjection;

namespace SampleModule;

/// <summary>The module of the guide, docs/modules.md: what a team means by its words.</summary>
public sealed class GlossaryModule : Module
{
    public override string Name => "glossary";

    public override IReadOnlyList<Type> ToolTypes => [typeof(GlossaryTools)];

    public override IReadOnlyList<Type> ResourceTypes => [typeof(GlossaryTexts)];

    public override IReadOnlyList<Type> PromptTypes => [typeof(GlossaryTexts)];

    public override void AddServices(IServiceCollection services) => services.AddSingleton<Glossary>();

    public override Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        Task.FromResult(services.GetRequiredService<Glossary>().IsReachable
            ? ModuleHealth.Healthy
            : ModuleHealth.Unhealthy("The glossary's server does not answer. Start it, or see its log."));
}
