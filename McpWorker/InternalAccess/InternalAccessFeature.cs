using McpModules;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServiceDefaults.InternalCalls;

namespace McpWorker.InternalAccess;

/// <summary>Endpoints that answer only what the gateway signed for.</summary>
internal static class InternalAccessFeature
{
    public static void AddInternalAccess(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<InternalTokens>();
        builder.Services.TryAddSingleton<OpenStreams>();
        builder.Services.TryAddSingleton<IRequestState, SealedRequestState>();

        // What the gateway accepts of a caller, and its own token beside that, must fit: a call is refused there or nowhere.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 150;
        });
    }

    public static void UseInternalAccess(this WebApplication app) => app.UseMiddleware<InternalAccessMiddleware>();

    public static TBuilder RequireInternalCall<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new InternalCallRequired());
}

/// <summary>Marks an endpoint for <see cref="InternalAccessMiddleware"/>.</summary>
internal sealed record InternalCallRequired;
