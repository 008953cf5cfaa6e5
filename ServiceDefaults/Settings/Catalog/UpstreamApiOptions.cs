using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>The connector to an upstream content management system.</summary>
[SettingsGroup("Upstream API", 105)]
public sealed class UpstreamApiOptions
{
    [Setting("API_TIMEOUT", "Milliseconds one request to the upstream API may take, 100 to 600000.", Reserved = true, UsedBy = SettingUsers.Worker)]
    [Range(100, 600_000)]
    public int TimeoutMilliseconds { get; set; } = 30_000;

    [Setting("MAX_RETRIES", "Retries of a request to the upstream API, 0 to 10.", Reserved = true, UsedBy = SettingUsers.Worker)]
    [Range(0, 10)]
    public int Retries { get; set; } = 3;

    [Setting("OAUTH_CLIENT_ID", "Client the gateway signs in to the upstream API as.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    public string ClientId { get; set; } = "";

    [Setting("OAUTH_CLIENT_SECRET", "Secret of that client.", Reserved = true, Secret = true, UsedBy = SettingUsers.Gateway)]
    public string ClientSecret { get; set; } = "";

    [Setting("OAUTH_REDIRECT_URI", "Address the upstream API sends the browser back to; its path is /callback.", Reserved = true, UsedBy = SettingUsers.Gateway)]
    [OptionalHttpUrl]
    public string RedirectUri { get; set; } = "";
}
