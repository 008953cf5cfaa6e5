using ServiceDefaults;

namespace McpGateway.Envelope;

/// <summary>Revisions of MCP this gateway knows. From <see cref="McpVersions.FirstModern"/> on, headers mirror the body.</summary>
internal static class ProtocolVersions
{
    public const string HeaderName = "MCP-Protocol-Version";

    public static bool IsModern(string? version) => version == McpVersions.FirstModern;

    /// <summary>Workers refuse every other one with -32022 and the list of those they speak.</summary>
    public static bool IsKnown(string version) => IsModern(version) || McpVersions.Older.Contains(version, StringComparer.Ordinal);
}
