namespace ServiceDefaults.Settings.Layers;

/// <summary>Values from one place. Keys are environment names, options without dashes, or paths of YAML leaves.</summary>
internal sealed record SettingsLayer(SettingsLayerKind Kind, IReadOnlyDictionary<string, RawSetting> Values)
{
    public static SettingsLayer Empty(SettingsLayerKind kind) => new(kind, new Dictionary<string, RawSetting>(StringComparer.Ordinal));

    /// <summary>The value under a key. An empty one counts as not set, as in a compose file's <c>${MCP_PORT:-}</c>.</summary>
    public RawSetting? Find(string key) => Values.TryGetValue(key, out var raw) && raw.Text.Length > 0 ? raw : null;
}

/// <summary>A value as it was written.</summary>
/// <param name="Source">Where, for people: <c>environment variable MCP_PORT</c>, <c>/etc/mcp-server/mcp.env:12</c>.</param>
/// <param name="IsMalformed">The place holds something that is neither a scalar nor a list of scalars.</param>
/// <param name="IsSharedAlias">It stands under a name that others use in another meaning.</param>
/// <param name="File">The file it is the content of, named by the setting's <c>_FILE</c>; else null.</param>
internal sealed record RawSetting(string Text, string Source, bool IsMalformed = false, bool IsSharedAlias = false, string? File = null);

/// <summary>Places a value can come from, the weakest first (S-041).</summary>
internal enum SettingsLayerKind
{
    /// <summary>config.yaml, {env}.yaml, config.local.yaml, each a layer of its own in this order.</summary>
    Yaml,

    /// <summary>The host's own files: appsettings.json, user secrets.</summary>
    HostFile,

    /// <summary>The file named by MCP_CONFIG_PATH.</summary>
    EnvironmentFile,

    ProcessEnvironment,

    /// <summary>Values the program put into its configuration itself.</summary>
    HostMemory,

    CommandLine,
}
