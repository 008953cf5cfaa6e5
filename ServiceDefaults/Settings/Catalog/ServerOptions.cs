using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Where a service listens, and in which environment it runs.</summary>
[SettingsGroup("Server", 10)]
public sealed class ServerOptions
{
    /// <summary>The environment of a developer's machine, the only one that makes up for missing secrets.</summary>
    public const string Development = "development";

    [Setting("MCP_ENV", "Environment: chooses configs/{env}.yaml; all but development refuse weak secrets. ASPNETCORE_ENVIRONMENT and DOTNET_ENVIRONMENT count when it is not set.", Aliases = ["NODE_ENV"], UsedBy = SettingUsers.Everyone)]
    [RegularExpression("^[a-z0-9_-]{1,32}$", ErrorMessage = "must be a name of 1 to 32 lower-case letters, digits, _ or -, such as development or production")]
    public string Environment { get; set; } = Development;

    [Setting("MCP_CONFIG_DIR", "Folder of config.yaml, {env}.yaml and config.local.yaml. Empty: configs under the content root, beside the executable, or above it.", UsedBy = SettingUsers.Everyone)]
    public string ConfigDirectory { get; set; } = "";

    [Setting("MCP_CONFIG_PATH", "File of KEY=value lines that is read above the YAML files and below the process environment.", UsedBy = SettingUsers.Everyone)]
    public string ConfigPath { get; set; } = "";

    [Setting("MCP_HOST", "Address the service listens on: an IP address, localhost, or * for all. ASPNETCORE_URLS and HTTP_PORTS win over it.", Yaml = "server.host", Aliases = ["HOST"], AliasesAreShared = true)]
    [ListenAddress]
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>0 stands for the service's own default: gateway 8000, worker 8100, backup 8200.</summary>
    [Setting("MCP_PORT", "Port of the HTTP API; 0 means the service's default (gateway 8000, worker 8100, backup 8200).", Yaml = "server.port", YamlFor = SettingUsers.Gateway, Aliases = ["PORT"], Example = "8000")]
    [Range(0, 65535)]
    public int Port { get; set; }

    [Setting("MCP_WORKERS", "Worker replicas the AppHost starts: 1 to 64, or max for one per CPU core.", Yaml = "server.workers", UsedBy = SettingUsers.AppHost)]
    [RegularExpression("^(max|[1-9]|[1-5][0-9]|6[0-4])$", ErrorMessage = "must be max or a number from 1 to 64")]
    public string Workers { get; set; } = "4";

    [Setting("MCP_GATEWAYS", "Gateway replicas the AppHost starts: 1 to 16.", UsedBy = SettingUsers.AppHost)]
    [Range(1, 16)]
    public int Gateways { get; set; } = 1;

    [Setting("MCP_MAX_MEMORY_RESTART", "Resident memory above which a worker drains and ends itself (exit code 75), to be started again: bytes, or a number with K, M or G; 0 means never.", HotReload = true, UsedBy = SettingUsers.Worker)]
    [RegularExpression("^(0|[1-9][0-9]{0,14}|[1-9][0-9]{0,8}[KkMmGg])$", ErrorMessage = "must be bytes, or a number with K, M or G such as 1G")]
    public string MaxMemoryRestart { get; set; } = "1G";

    [Setting("MCP_ADVERTISE_URL", "URL other services reach this instance at, for its heartbeat. Empty: derived from the listening address.")]
    [OptionalHttpUrl]
    public string AdvertiseUrl { get; set; } = "";

    /// <summary>Fixed by the build; known as a setting because operators' files name it.</summary>
    [Setting("MCP_VERSION", "Version of the product. The build fixes it, another value changes nothing.", Example = "", Reserved = true)]
    public string Version { get; set; } = ProductVersion.Current;

    [Setting("NODE_OPTIONS", "Options of Node.js, which this product is not. The ceiling of the heap (max-old-space-size) is DOTNET_GCHeapHardLimit here, in hexadecimal bytes; see deploy/env/.", Reserved = true)]
    public string NodeOptions { get; set; } = "";

    /// <summary>Worker replicas: <see cref="Workers"/> as a number, <c>max</c> as one for each CPU core (S-022).</summary>
    public int WorkerReplicas => Workers == "max" ? System.Environment.ProcessorCount : int.Parse(Workers);

    /// <summary><see cref="MaxMemoryRestart"/> in bytes; 0 for no limit.</summary>
    public long MaxMemoryBytes => char.ToUpperInvariant(MaxMemoryRestart[^1]) switch
    {
        'K' => long.Parse(MaxMemoryRestart[..^1]) << 10,
        'M' => long.Parse(MaxMemoryRestart[..^1]) << 20,
        'G' => long.Parse(MaxMemoryRestart[..^1]) << 30,
        _ => long.Parse(MaxMemoryRestart),
    };

    public bool IsDevelopment => Environment == Development;
}
