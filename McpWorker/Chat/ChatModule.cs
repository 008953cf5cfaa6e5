using McpModules;
using McpWorker.Modules;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpWorker.Chat;

/// <summary>Conversations that are their owner's alone, answered by whichever <see cref="IChatResponder"/> is registered (S-145).</summary>
internal sealed class ChatModule : Module
{
    public override string Name => "chat";

    public override IReadOnlyList<Type> ToolTypes => [typeof(ConversationTools), typeof(MessageTools)];

    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ConversationStore>();
        services.TryAddSingleton<IChatResponder, PassageResponder>();
    }

    public override Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        TableHealth.CheckAsync(services, "conversations", cancellationToken);
}
