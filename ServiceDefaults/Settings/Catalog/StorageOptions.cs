namespace ServiceDefaults.Settings.Catalog;

/// <summary>Directories of a service's own.</summary>
[SettingsGroup("Directories", 110)]
public sealed class StorageOptions
{
    [Setting("MCP_AUDIT_DIR", "Directory of the audit spool.", UsedBy = SettingUsers.Gateway)]
    public string AuditDirectory { get; set; } = "/var/lib/mcp-server/audit";

    [Setting("MCP_BACKUP_DIR", "Directory of the backup sets.", UsedBy = SettingUsers.Backup)]
    public string BackupDirectory { get; set; } = "/var/backups/mcp-server";

    [Setting("MCP_BACKUP_PASSPHRASE_FILE", "File (mode 0600) with the passphrase of the encrypted parts.", UsedBy = SettingUsers.Backup)]
    public string BackupPassphraseFile { get; set; } = "";
}
