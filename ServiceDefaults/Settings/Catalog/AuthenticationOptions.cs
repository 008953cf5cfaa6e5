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

    [Setting("MCP_JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "Minutes an access token issued by the gateway is good for, 1 to 1440.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 1440)]
    public int AccessTokenMinutes { get; set; } = 30;

    [Setting("MCP_JWT_REFRESH_TOKEN_EXPIRE_DAYS", "Days a refresh token issued by the gateway is good for, 1 to 365.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 365)]
    public int RefreshTokenDays { get; set; } = 7;

    [Setting("MCP_PASSWORD_MIN_LENGTH", "Least length of a user's password, 8 to 128.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [Range(8, 128)]
    public int PasswordMinimumLength { get; set; } = 12;

    [Setting("MCP_PASSWORD_REQUIRE_SPECIAL", "A user's password needs a character that is neither letter nor digit.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    public bool PasswordNeedsSpecial { get; set; } = true;

    [Setting("MCP_API_KEY_SALT", "Pepper of the stored API-key hashes, at least 32 bytes; a new value invalidates every key.", Secret = true, UsedBy = SettingUsers.Gateway)]
    [MinBytes(32)]
    public string ApiKeySalt { get; set; } = "";

    [Setting("MCP_INTERNAL_SECRET", "Key of the internal token between gateway and workers, at least 32 bytes.", Secret = true)]
    [MinBytes(32)]
    public string InternalSecret { get; set; } = "";
}
