using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Who may reach the gateway, from where, with how much.</summary>
[SettingsGroup("Network", 50)]
public sealed class NetworkOptions
{
    [Setting("MCP_ALLOWED_IPS", "Addresses and CIDRs that may call; empty: no allowlist. A match wins over the blocklist.", UsedBy = SettingUsers.Gateway)]
    [IpNetworks]
    public IReadOnlyList<string> AllowedIps { get; set; } = [];

    [Setting("MCP_BLOCKED_IPS", "Addresses and CIDRs that are refused unless the allowlist matches.", UsedBy = SettingUsers.Gateway)]
    [IpNetworks]
    public IReadOnlyList<string> BlockedIps { get; set; } = [];

    [Setting("MCP_TRUSTED_PROXIES", "Addresses and CIDRs of proxies whose forwarded headers count.", UsedBy = SettingUsers.Gateway)]
    [IpNetworks]
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    [Setting("MCP_CORS_ORIGINS", "Origins of browsers that may call, for example https://app.example.com.", UsedBy = SettingUsers.Gateway)]
    [Origins]
    public IReadOnlyList<string> CorsOrigins { get; set; } = [];

    [Setting("MCP_ALLOWED_HOSTS", "Host names accepted beside loopback in the Host and Origin headers; * accepts every Host, never an Origin.", UsedBy = SettingUsers.Gateway)]
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    [Setting("MCP_HTTP_MAX_BODY_BYTES", "Largest body on MCP routes in bytes, 1024 to 1073741824.", UsedBy = SettingUsers.Gateway)]
    [Range(1024, 1_073_741_824)]
    public int MaxMcpBodyBytes { get; set; } = 1_048_576;

    [Setting("MCP_MAX_REQUEST_SIZE", "Largest request of any kind in bytes, 1024 to 1073741824.")]
    [Range(1024, 1_073_741_824)]
    public int MaxRequestBytes { get; set; } = 10_485_760;

    [Setting("MCP_WORKER_URLS", "Worker addresses known at start, before the first heartbeat arrives.", UsedBy = SettingUsers.Gateway)]
    [HttpUrls]
    public IReadOnlyList<string> WorkerUrls { get; set; } = [];

    [Setting("MCP_BACKUP_URL", "Address of the backup service. Reserved: this version does not use it.", UsedBy = SettingUsers.Gateway)]
    [OptionalHttpUrl]
    public string BackupUrl { get; set; } = "";
}
