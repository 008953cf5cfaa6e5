using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Listeners;

/// <summary>
/// Where a service listens. ASP.NET Core's own settings (ASPNETCORE_URLS, HTTP_PORTS, Kestrel:Endpoints) win over MCP_HOST and
/// MCP_PORT; the metrics port is a listener of its own unless they name it already.
/// </summary>
/// <param name="Urls">All addresses, that of the metrics among them.</param>
/// <param name="Setting">Which setting said where the API listens.</param>
/// <param name="MetricsPort">Null: metrics are off.</param>
internal sealed record ListenPlan(IReadOnlyList<string> Urls, string Setting, int? MetricsPort)
{
    public const string MetricsPortSetting = "MCP_METRICS_PORT";

    /// <exception cref="SettingsException">API and metrics have one port, so nobody could reach the API.</exception>
    public static ListenPlan Make(IConfiguration configuration, ServerOptions server, MetricsOptions metrics, ServiceIdentity identity)
    {
        var (urls, setting) = ApiUrls(configuration, server, identity);
        if (!metrics.Enabled || !metrics.MonitoringEnabled)
        {
            return new ListenPlan(urls, setting, MetricsPort: null);
        }

        var port = metrics.Port == 0 ? identity.DefaultMetricsPort : metrics.Port;
        var ports = urls.Select(url => BindingAddress.Parse(url).Port).ToList();
        if (ports.Count > 0 && ports.TrueForAll(other => other == port))
        {
            throw new SettingsException(
            [
                new SettingError(MetricsPortSetting, $"is {port}, the port of the API", setting, "Set it to another port, or MCP_METRICS_ENABLED=false."),
            ]);
        }

        return new ListenPlan(ports.Contains(port) ? urls : [.. urls, MetricsUrl(urls[0], port)], setting, port);
    }

    /// <summary>Where this machine reaches the API.</summary>
    public Uri Loopback()
    {
        var address = Urls.Select(BindingAddress.Parse).First(address => address.Port != MetricsPort);
        var host = address.Host switch
        {
            "*" or "+" or "0.0.0.0" => "127.0.0.1",
            "[::]" => "[::1]",
            _ => address.Host,
        };
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }

    /// <summary>The setting to change when this port cannot be had.</summary>
    public string SettingOf(int port) => port == MetricsPort ? MetricsPortSetting : Setting;

    private static (IReadOnlyList<string> Urls, string Setting) ApiUrls(IConfiguration configuration, ServerOptions server, ServiceIdentity identity)
    {
        if (Endpoints(configuration) is { Count: > 0 } endpoints)
        {
            return (endpoints, "Kestrel:Endpoints");
        }

        if (Split(configuration["urls"]) is { Length: > 0 } urls)
        {
            return (urls, "ASPNETCORE_URLS");
        }

        string[] ports =
        [
            .. Split(configuration["http_ports"]).Select(port => $"http://*:{port}"),
            .. Split(configuration["https_ports"]).Select(port => $"https://*:{port}"),
        ];
        if (ports.Length > 0)
        {
            return (ports, "HTTP_PORTS");
        }

        var host = server.Host.Contains(':', StringComparison.Ordinal) && !server.Host.StartsWith('[') ? $"[{server.Host}]" : server.Host;
        return ([$"http://{host}:{(server.Port == 0 ? identity.DefaultPort : server.Port)}"], "MCP_PORT");
    }

    public static List<string> Endpoints(IConfiguration configuration) =>
        [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string MetricsUrl(string api, int port) => $"http://{BindingAddress.Parse(api).Host}:{port}";
}
