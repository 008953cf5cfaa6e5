using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Database;

/// <summary>Passwords the migrator gives to the login roles; an empty one leaves the role's password alone.</summary>
public sealed record RolePasswords(string App, string Backup)
{
    public static RolePasswords From(DatabaseOptions options) => new(options.AppPassword, options.BackupPassword);
}
