using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Requests to upstream servers, and the connector to a content management system.</summary>
[SettingsGroup("Upstream API", 105)]
public sealed class UpstreamApiOptions
{
    [Setting("API_TIMEOUT", "Milliseconds within which an upstream server must begin to answer one request, 100 to 600000.", HotReload = true, UsedBy = SettingUsers.Worker)]
    [Range(100, 600_000)]
    public int TimeoutMilliseconds { get; set; } = 30_000;

    [Setting("MAX_RETRIES", "Repetitions of a request to an upstream server that failed (5xx, time-out) and may be repeated, 0 to 10.", HotReload = true, UsedBy = SettingUsers.Worker)]
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
