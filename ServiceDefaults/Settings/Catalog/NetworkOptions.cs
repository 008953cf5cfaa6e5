using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Who may reach the gateway, from where, with how much.</summary>
[SettingsGroup("Network", 50)]
public sealed class NetworkOptions
{
    private const string InFirewall = "Remove it, and restrict addresses in a firewall.";
    private const string AtProxy = "Remove it, and let the proxy in front refuse such requests.";

    [Setting("MCP_ALLOWED_IPS", "Addresses and CIDRs that may call; empty: no allowlist. A match wins over the blocklist.", Unenforced = InFirewall, UsedBy = SettingUsers.Gateway)]
    [IpNetworks]
    public IReadOnlyList<string> AllowedIps { get; set; } = [];

    [Setting("MCP_BLOCKED_IPS", "Addresses and CIDRs that are refused unless the allowlist matches.", Unenforced = InFirewall, UsedBy = SettingUsers.Gateway)]
    [IpNetworks]
    public IReadOnlyList<string> BlockedIps { get; set; } = [];

    [Setting("MCP_TRUST_X_FORWARDED", "Take the caller's address from the X-Forwarded headers of trusted proxies. This version never does, so true is refused.", Unenforced = "Remove it. Callers count by the address they connect from; behind a proxy that is the proxy's.", UsedBy = SettingUsers.Gateway)]
    public bool TrustForwardedHeaders { get; set; }

    [Setting("MCP_TRUSTED_PROXIES", "Addresses and CIDRs of proxies whose forwarded headers count once MCP_TRUST_X_FORWARDED is true.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [IpNetworks]
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    [Setting("MCP_TRUSTED_PROXY_DEPTH", "Which address of X-Forwarded-For is the caller's, counted from the right, 1 to 16.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 16)]
    public int TrustedProxyDepth { get; set; } = 1;

    [Setting("MCP_CLIENT_CERT_REQUIRED", "Accept only requests whose client certificate the proxy in front has verified. This version does not look, so true is refused.", Unenforced = AtProxy, UsedBy = SettingUsers.Gateway)]
    public bool ClientCertificateRequired { get; set; }

    [Setting("MCP_CLIENT_CERT_HEADER", "Header in which the proxy tells the outcome of the client certificate's check.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [RegularExpression("^[A-Za-z0-9-]{1,64}$", ErrorMessage = "must be a header name of 1 to 64 letters, digits and -")]
    public string ClientCertificateHeader { get; set; } = "X-SSL-Client-Verify";

    [Setting("MCP_CLIENT_CERT_HEADER_VALUE", "Value of that header that stands for a verified certificate.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    public string ClientCertificateHeaderValue { get; set; } = "SUCCESS";

    [Setting("MCP_CLIENT_CA_BUNDLE", "File of the authorities whose client certificates the proxy accepts; a hint for its configuration.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    public string ClientAuthorities { get; set; } = "";

    [Setting("MCP_CORS_ORIGINS", "Origins of browsers that may call, for example https://app.example.com.", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Origins]
    public IReadOnlyList<string> CorsOrigins { get; set; } = [];

    [Setting("MCP_ALLOWED_HOSTS", "Host names accepted beside loopback in the Host and Origin headers; * accepts every Host, never an Origin.", HotReload = true, UsedBy = SettingUsers.Gateway)]
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    [Setting("MCP_HTTP_MAX_BODY_BYTES", "Largest body on MCP routes in bytes, 1024 to 1073741824.", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(1024, 1_073_741_824)]
    public int MaxMcpBodyBytes { get; set; } = 1_048_576;

    [Setting("MCP_MAX_REQUEST_SIZE", "Largest request of any kind in bytes, 1024 to 1073741824.", HotReload = true)]
    [Range(1024, 1_073_741_824)]
    public int MaxRequestBytes { get; set; } = 10_485_760;

    [Setting("MCP_REQUEST_TIMEOUT", "Seconds a request other than a tool call may take, 1 to 3600. Tool calls have MCP_MODULE_TIMEOUT.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 3600)]
    public int RequestTimeoutSeconds { get; set; } = 30;

    [Setting("MCP_WORKER_URLS", "Worker addresses known at start, before the first heartbeat arrives.", UsedBy = SettingUsers.Gateway)]
    [HttpUrls]
    public IReadOnlyList<string> WorkerUrls { get; set; } = [];

    [Setting("MCP_BACKUP_URL", "Address of the backup service.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [OptionalHttpUrl]
    public string BackupUrl { get; set; } = "";
}
