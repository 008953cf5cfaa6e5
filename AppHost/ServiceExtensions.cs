using System.Globalization;
using Microsoft.Extensions.Options;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings.Catalog;

namespace AppHost;

/// <summary>What the services of this application model have in common.</summary>
internal static class ServiceExtensions
{
    /// <summary>
    /// A port of its own for /metrics, one for each replica; never external (S-112): call it after
    /// <c>WithExternalHttpEndpoints</c>, which marks the endpoints there are at that moment.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithMetricsEndpoint(
        this IResourceBuilder<ProjectResource> service, int? port = null) =>
        service.WithHttpEndpoint(port: port, name: "metrics", env: "MCP_METRICS_PORT");

    /// <summary>Ceiling of the managed heap (S-030). The runtime reads the variable as a hexadecimal number.</summary>
    public static IResourceBuilder<ProjectResource> WithHeapLimit(this IResourceBuilder<ProjectResource> service, int gibibytes) =>
        service.WithEnvironment("DOTNET_GCHeapHardLimit", (gibibytes * 1024L * 1024 * 1024).ToString("X", CultureInfo.InvariantCulture));

    /// <summary>Makes a set at once, verified before the command reports success.</summary>
    public static IResourceBuilder<ProjectResource> WithBackUpNowCommand(
        this IResourceBuilder<ProjectResource> backup, PlatformSecrets secrets) =>
        backup.WithHttpCommand("/api/v1/backup/sets", "Back up now", endpointName: "http", commandName: "back-up-now", commandOptions: new()
        {
            Description = "Writes a backup set and verifies it.",
            PrepareRequest = async context =>
            {
                var key = await secrets.Internal.Resource.GetValueAsync(context.CancellationToken);
                var requestId = Guid.NewGuid().ToString("N");
                var developer = new InternalCaller("apphost", "AppHost", "apphost", ["admin"], ["*"]);
                var tokens = new InternalTokens(Options.Create(new AuthenticationOptions { InternalSecret = key ?? "" }), TimeProvider.System);

                context.Request.Headers.Add("X-Request-ID", requestId);
                context.Request.Headers.Add(InternalTokens.HeaderName, tokens.Sign(new InternalCall(developer, "backup/run", "", requestId)));
            },
        });
}
