namespace ServiceDefaults;

/// <summary>Revisions of MCP, dates that compare as text.</summary>
public static class McpVersions
{
    /// <summary>From this revision on there are neither sessions nor a handshake: each request carries its own context.</summary>
    public const string FirstModern = "2026-07-28";

    /// <summary>Those before it that are served.</summary>
    public static IReadOnlyList<string> Older { get; } = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    /// <summary>False for none.</summary>
    public static bool IsModern(string? version) => string.CompareOrdinal(version, FirstModern) >= 0;
}
