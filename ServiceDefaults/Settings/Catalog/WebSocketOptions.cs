using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>MCP over WebSocket.</summary>
[SettingsGroup("WebSocket", 55)]
public sealed class WebSocketOptions
{
    [Setting("MCP_WS_AUTH_REQUIRED", "Refuse WebSockets without credentials.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    public bool AuthenticationRequired { get; set; } = true;

    [Setting("MCP_WS_ALLOW_QUERY_AUTH", "Accept credentials of WebSockets in the query string.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    public bool AllowQueryAuthentication { get; set; }

    [Setting("MCP_WS_PING_INTERVAL", "Seconds between pings to an idle WebSocket, 1 to 3600.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 3600)]
    public int PingIntervalSeconds { get; set; } = 30;

    [Setting("MCP_WS_PING_TIMEOUT", "Seconds without an answer after which a WebSocket is closed, 1 to 3600.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 3600)]
    public int PingTimeoutSeconds { get; set; } = 60;
}
