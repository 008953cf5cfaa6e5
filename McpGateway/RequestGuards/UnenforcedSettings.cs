using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>
/// Settings that promise protection this version does not give. Ignoring one would leave an operator believing in a wall
/// that is not there, so the gateway refuses to start with it.
/// </summary>
internal static class UnenforcedSettings
{
    /// <exception cref="SettingsException">One of them is set.</exception>
    public static void Refuse(NetworkOptions network)
    {
        (string Key, IReadOnlyList<string> Value)[] settings =
        [
            ("MCP_ALLOWED_IPS", network.AllowedIps),
            ("MCP_BLOCKED_IPS", network.BlockedIps),
            ("MCP_TRUSTED_PROXIES", network.TrustedProxies),
        ];
        var errors = settings
            .Where(setting => setting.Value.Count > 0)
            .Select(setting => new SettingError(
                setting.Key, "is known, but not enforced by this version", "gateway", "Remove it, and restrict addresses in a firewall."))
            .ToList();
        if (errors.Count > 0)
        {
            throw new SettingsException(errors);
        }
    }
}
