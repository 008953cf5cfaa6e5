using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>PostgreSQL: where it is and how many connections a service may hold.</summary>
[SettingsGroup("PostgreSQL", 30)]
public sealed class DatabaseOptions
{
    [Setting("MCP_DATABASE_URL", "PostgreSQL as postgresql://user:password@host:port/database?sslmode=… or an Npgsql string. ConnectionStrings__mcpdb wins over it.", Aliases = ["DATABASE_URL"], Secret = true)]
    public string Url { get; set; } = "";

    [Setting("MCP_DATABASE_PASSWORD", "Replaces the password in MCP_DATABASE_URL.", Secret = true)]
    public string Password { get; set; } = "";

    [Setting("MCP_DATABASE_HOST", "Replaces the host in the connection string; several hosts separated by commas.", Yaml = "database.host")]
    public string Host { get; set; } = "";

    [Setting("MCP_DATABASE_POOL_SIZE", "Connections kept for steady load, 1 to 1000.", Yaml = "database.pool_size")]
    [Range(1, 1000)]
    public int PoolSize { get; set; } = 20;

    [Setting("MCP_DATABASE_MAX_OVERFLOW", "Connections allowed beyond the pool size, 0 to 1000.", Yaml = "database.max_overflow")]
    [Range(0, 1000)]
    public int MaxOverflow { get; set; } = 40;

    [Setting("MCP_DATABASE_APP_PASSWORD", "Password `migrate` gives the role mcp_app.", Secret = true, UsedBy = SettingUsers.All)]
    public string AppPassword { get; set; } = "";

    [Setting("MCP_DATABASE_BACKUP_PASSWORD", "Password `migrate` gives the role mcp_backup.", Secret = true, UsedBy = SettingUsers.All)]
    public string BackupPassword { get; set; } = "";
}
