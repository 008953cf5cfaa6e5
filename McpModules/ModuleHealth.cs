namespace McpModules;

/// <summary>Whether a module can do its work.</summary>
/// <param name="Reason">What is wrong and what to do about it; of a healthy one, what it cannot do. Operators read it, callers do not.</param>
public sealed record ModuleHealth(bool IsHealthy, string Reason)
{
    public static ModuleHealth Healthy { get; } = new(true, "");

    /// <summary>It works, but for a part of it.</summary>
    public static ModuleHealth Limited(string reason) => new(true, reason);

    public static ModuleHealth Unhealthy(string reason) => new(false, reason);
}
