namespace ServiceDefaults.Settings.Catalog;

/// <summary>Profiles of a running service.</summary>
[SettingsGroup("Profiling", 95)]
public sealed class ProfilingOptions
{
    [Setting("MCP_PROFILING", "Write CPU profiles.", Reserved = true)]
    public bool Enabled { get; set; }

    [Setting("MCP_PROFILE_DIR", "Directory of the CPU profiles.", Reserved = true)]
    public string Folder { get; set; } = "/tmp/mcp_profiles";

    [Setting("MCP_MEMORY_PROFILING", "Log snapshots of the managed heap.", Reserved = true)]
    public bool Memory { get; set; }
}
