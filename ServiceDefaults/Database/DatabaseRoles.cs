namespace ServiceDefaults.Database;

/// <summary>
/// The three roles of the product (S-113): <c>mcp_owner</c> owns every table and nobody logs in as it, <c>mcp_app</c> is what
/// the services connect as, <c>mcp_backup</c> replicates and reads. What each may do with a table says the table's migration.
/// </summary>
public static class DatabaseRoles
{
    public const string Owner = "mcp_owner";
    public const string App = "mcp_app";
    public const string Backup = "mcp_backup";

    /// <summary>Schemas, in the order unqualified names are looked up.</summary>
    public static IReadOnlyList<string> Schemas { get; } = [ResourceNames.Gateway, ResourceNames.Worker, ResourceNames.Backup];

    internal static string SearchPath { get; } = string.Join(", ", [.. Schemas, "public"]);
}
