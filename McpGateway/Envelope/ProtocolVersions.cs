namespace McpGateway.Envelope;

/// <summary>Revisions of MCP this gateway knows. From <see cref="FirstModern"/> on, headers mirror the body.</summary>
internal static class ProtocolVersions
{
    public const string HeaderName = "MCP-Protocol-Version";
    public const string FirstModern = "2026-07-28";

    private static readonly string[] Legacy = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    public static bool IsModern(string? version) => version == FirstModern;

    /// <summary>Workers refuse every other one with -32022 and the list of those they speak.</summary>
    public static bool IsKnown(string version) => IsModern(version) || Legacy.Contains(version, StringComparer.Ordinal);
}
