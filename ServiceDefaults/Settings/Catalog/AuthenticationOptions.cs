using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Which credentials the gateway accepts.</summary>
[SettingsGroup("Authentication and secrets", 20)]
public sealed class AuthenticationOptions
{
    [Setting("MCP_AUTH_MODE", "Credentials accepted: jwt, api_key or both.", Yaml = "api.auth.mode", UsedBy = SettingUsers.Gateway)]
    [AllowedValues("jwt", "api_key", "both", ErrorMessage = "must be jwt, api_key or both")]
    public string Mode { get; set; } = "jwt";

    [Setting("MCP_JWT_SECRET", "Key that signs access tokens, at least 32 bytes.", Secret = true, UsedBy = SettingUsers.Gateway)]
    [MinBytes(32)]
    public string JwtSecret { get; set; } = "";

    [Setting("MCP_JWT_ALGORITHM", "Signature algorithm of access tokens.", Yaml = "api.auth.jwt.algorithm", UsedBy = SettingUsers.Gateway)]
    [AllowedValues("HS256", ErrorMessage = "must be HS256")]
    public string JwtAlgorithm { get; set; } = "HS256";

    [Setting("MCP_API_KEY_SALT", "Pepper of the stored API-key hashes, at least 32 bytes; a new value invalidates every key.", Secret = true, UsedBy = SettingUsers.Gateway)]
    [MinBytes(32)]
    public string ApiKeySalt { get; set; } = "";

    [Setting("MCP_INTERNAL_SECRET", "Key of the internal token between gateway and workers, at least 32 bytes.", Secret = true)]
    [MinBytes(32)]
    public string InternalSecret { get; set; } = "";
}
