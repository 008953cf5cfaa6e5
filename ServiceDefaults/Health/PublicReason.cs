using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServiceDefaults.Health;

/// <summary>A failed check whose reason anybody may read: no address, no host name, no exception text (S-174).</summary>
public static class PublicReason
{
    internal const string Key = "public_reason";

    /// <param name="reason">A few words, for example <c>no worker is reachable</c>.</param>
    /// <param name="cause">For the log only.</param>
    public static HealthCheckResult Unhealthy(string reason, Exception? cause = null) => HealthCheckResult.Unhealthy(
        reason, cause, new Dictionary<string, object>(StringComparer.Ordinal) { [Key] = reason });
}
