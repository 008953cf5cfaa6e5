using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Directories of a service's own.</summary>
[SettingsGroup("Directories", 110)]
public sealed class StorageOptions
{
    [Setting("MCP_AUDIT_DIR", "Directory of the audit spool.", UsedBy = SettingUsers.Gateway)]
    public string AuditDirectory { get; set; } = "/var/lib/mcp-server/audit";

    /// <summary>Calls go on when it is full; their audit events are then in the service's log alone, each as an error.</summary>
    [Setting("MCP_AUDIT_SPOOL_MAX_BYTES", "Largest audit spool of a process in bytes, 16777216 to 1099511627776: what PostgreSQL may miss before events go to the log alone.", UsedBy = SettingUsers.Gateway)]
    [Range(16_777_216L, 1_099_511_627_776L)]
    public long AuditSpoolMaxBytes { get; set; } = 1_073_741_824;

    /// <summary>Made by `migrate` in Development when there is no admin key, or the one in the file does not work.</summary>
    [Setting("MCP_ADMIN_KEY_FILE", "File (mode 0600) `migrate` writes a development installation's admin key to; empty: none. Ignored in production.", UsedBy = SettingUsers.Gateway)]
    public string AdminKeyFile { get; set; } = "";

    [Setting("MCP_BACKUP_DIR", "Directory of the backup sets.", UsedBy = SettingUsers.Backup)]
    public string BackupDirectory { get; set; } = "/var/backups/mcp-server";

    [Setting("MCP_BACKUP_PASSPHRASE", "Passphrase of the encrypted parts of a backup, at least 16 characters. In production give it as a file of mode 0600 by MCP_BACKUP_PASSPHRASE_FILE.", Secret = true, UsedBy = SettingUsers.Backup)]
    public string BackupPassphrase { get; set; } = "";
}
