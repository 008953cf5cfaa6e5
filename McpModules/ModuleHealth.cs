namespace McpModules;

/// <summary>Whether a module can do its work.</summary>
/// <param name="Reason">What is wrong and what to do about it; empty when healthy. Operators read it, callers do not.</param>
public sealed record ModuleHealth(bool IsHealthy, string Reason)
{
    public static ModuleHealth Healthy { get; } = new(true, "");

    public static ModuleHealth Unhealthy(string reason) => new(false, reason);
}
