namespace Testing;

/// <summary>A database of one test's own, with connection strings for each role that uses it.</summary>
/// <param name="OwnerConnectionString">A superuser: may do everything, migrations among it.</param>
/// <param name="AppConnectionString">The role <c>mcp_app</c> as the services use it. Exists in migrated databases only.</param>
/// <param name="BackupConnectionString">The role <c>mcp_backup</c>. Exists in migrated databases only.</param>
public sealed record TestDatabase(
    string Name, string OwnerConnectionString, string AppConnectionString, string BackupConnectionString);
