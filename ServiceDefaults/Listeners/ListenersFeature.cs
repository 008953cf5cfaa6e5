using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Listeners;

/// <summary>Binds the service to its ports (S-019) and sets the limits every service has.</summary>
internal static class ListenersFeature
{
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    public static ListenPlan AddListeners(this WebApplicationBuilder builder, SettingsSnapshot settings, ServiceIdentity identity)
    {
        var plan = ListenPlan.Make(builder.Configuration, settings.Get<ServerOptions>(), settings.Get<MetricsOptions>(), identity);
        if (ListenPlan.Endpoints(builder.Configuration).Count > 0)
        {
            // Kestrel ignores URLs then, so the metrics port must be one of these endpoints.
            builder.Configuration["Kestrel:Endpoints:McpMetrics:Url"] = plan.Urls[^1];
        }
        else
        {
            // They are among the URLs now; left as they are, the server would warn that URLs override them.
            builder.WebHost.UseSetting("http_ports", "").UseSetting("https_ports", "").UseUrls([.. plan.Urls]);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
        });
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptionsMonitor<NetworkOptions>>(LimitRequests);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.Services.AddSingleton(plan);
        ListenFailure.Guard(plan);
        return plan;
    }

    /// <summary>Kestrel looks at its limit with each request, so a reload counts from the next one on.</summary>
    private static void LimitRequests(KestrelServerOptions kestrel, IOptionsMonitor<NetworkOptions> network)
    {
        kestrel.Limits.MaxRequestBodySize = network.CurrentValue.MaxRequestBytes;
        network.OnChange((next, _) => kestrel.Limits.MaxRequestBodySize = next.MaxRequestBytes);
    }
}
