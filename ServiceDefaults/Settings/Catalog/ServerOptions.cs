using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Where a service listens, and in which environment it runs.</summary>
public sealed class ServerOptions
{
    [Setting("MCP_ENV", "Environment: chooses configs/{env}.yaml and, for production, the strict checks.", Aliases = ["NODE_ENV"])]
    public string Environment { get; set; } = "development";

    [Setting("MCP_HOST", "Address the service listens on. ASPNETCORE_URLS and HTTP_PORTS win over it.", Yaml = "server.host", Aliases = ["HOST"])]
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>0 stands for the service's own default: gateway 8000, worker 8100, backup 8200.</summary>
    [Setting("MCP_PORT", "Port of the HTTP API; 0 means the service's default (gateway 8000, worker 8100, backup 8200).", Yaml = "server.port", Aliases = ["PORT"])]
    [Range(0, 65535)]
    public int Port { get; set; }

    [Setting("MCP_WORKERS", "Worker replicas the AppHost starts: 1 to 64, or max for one per CPU core.", Yaml = "server.workers", UsedBy = SettingUsers.AppHost)]
    [RegularExpression("^(max|[1-9]|[1-5][0-9]|6[0-4])$", ErrorMessage = "must be max or a number from 1 to 64")]
    public string Workers { get; set; } = "4";

    [Setting("MCP_GATEWAYS", "Gateway replicas the AppHost starts: 1 to 16.", UsedBy = SettingUsers.AppHost)]
    [Range(1, 16)]
    public int Gateways { get; set; } = 1;

    [Setting("MCP_ADVERTISE_URL", "URL other services reach this instance at, for its heartbeat. Empty: derived from the listening address.")]
    [OptionalHttpUrl]
    public string AdvertiseUrl { get; set; } = "";
}
