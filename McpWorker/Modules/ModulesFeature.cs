using McpModules;
using McpWorker.Chat;
using McpWorker.Media;
using McpWorker.Rag;
using ServiceDefaults.Health;
using ServiceDefaults.Settings;

namespace McpWorker.Modules;

/// <summary>The modules this worker knows. Which of them it loads is the operator's choice.</summary>
internal static class ModulesFeature
{
    public static void AddModules(this WebApplicationBuilder builder)
    {
        builder.Services.AddModule<MediaModule>();
        builder.Services.AddModule<RagModule>();
        builder.Services.AddModule<ChatModule>();

        builder.Services.AddSingleton<EnabledModules>();
        builder.Services.AddSingleton<ModuleHealthStates>();
        builder.Services.AddSingleton<ModuleHost>();
        builder.Services.AddSingleton<ISettingsObserver>(services => services.GetRequiredService<ModuleHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<ModuleHost>());
        builder.Services.AddHostedService<PoolGuard>();
        builder.Services.AddHealthChecks().AddCheck<ModulesHealthCheck>("modules", tags: [HealthTags.Module]);
    }
}
