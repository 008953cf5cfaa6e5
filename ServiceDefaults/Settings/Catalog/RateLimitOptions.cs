using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>How much one caller may ask of the gateway.</summary>
[SettingsGroup("Rate limits", 60)]
public sealed class RateLimitOptions
{
    [Setting("MCP_RATE_LIMIT_ENABLED", "Limit callers.", Yaml = "rate_limiting.enabled", HotReload = true, UsedBy = SettingUsers.Gateway)]
    public bool Enabled { get; set; } = true;

    /// <summary>0 stands for "from rate_limiting.max_requests and window, else 60" (S-125).</summary>
    [Setting("MCP_RATE_LIMIT_RPM", "Sustained calls a minute per caller, 1 to 1000000; 0 takes rate_limiting.max_requests per window, else 60.", Aliases = ["RATE_LIMIT_RPM"], Example = "60", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(0, 1_000_000)]
    public int RequestsPerMinute { get; set; }

    [Setting("MCP_RATE_LIMIT_BURST", "Calls a rested caller may make at once, 1 to 1000000; 0 takes rate_limiting.max_requests, else 100.", Example = "100", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(0, 1_000_000)]
    public int Burst { get; set; }

    [Setting("MCP_RATE_LIMIT_MAX_REQUESTS", "Calls per window, as an older way to say the rate; 0 is unset.", Yaml = "rate_limiting.max_requests", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(0, 1_000_000)]
    public int MaxRequests { get; set; }

    [Setting("MCP_RATE_LIMIT_WINDOW", "Seconds of that window, 1 to 86400.", Yaml = "rate_limiting.window", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(1, 86_400)]
    public int WindowSeconds { get; set; } = 60;

    [Setting("MCP_RATE_LIMIT_GLOBAL_RPM", "Sustained calls a minute over all callers together, 1 to 10000000; 0: no such limit.", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(0, 10_000_000)]
    public int GlobalRequestsPerMinute { get; set; }

    [Setting("MCP_RATE_LIMIT_GLOBAL_BURST", "Calls all callers together may make at once, 1 to 10000000; 0 takes a second's worth of the global rate.", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [Range(0, 10_000_000)]
    public int GlobalBurst { get; set; }

    [Setting("MCP_RATE_LIMIT_STORAGE", "Where counters live: redis (shared by all gateways) or memory (each process alone).", Yaml = "rate_limiting.storage", HotReload = true, UsedBy = SettingUsers.Gateway)]
    [AllowedValues("redis", "memory", ErrorMessage = "must be redis or memory")]
    public string Storage { get; set; } = "redis";

    /// <summary>Sustained rate in calls a minute, whichever setting said it.</summary>
    public int EffectiveRequestsPerMinute => RequestsPerMinute > 0 ? RequestsPerMinute
        : MaxRequests > 0 ? Math.Max(1, (int)(MaxRequests * 60L / WindowSeconds)) : 60;

    /// <summary>Burst over all callers together; at least 1.</summary>
    public int EffectiveGlobalBurst => GlobalBurst > 0 ? GlobalBurst : Math.Max(1, GlobalRequestsPerMinute / 60);

    /// <summary>Burst in calls, whichever setting said it.</summary>
    public int EffectiveBurst => Burst > 0 ? Burst : MaxRequests > 0 ? MaxRequests : 100;
}
