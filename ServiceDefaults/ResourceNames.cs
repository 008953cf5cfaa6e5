namespace ServiceDefaults;

/// <summary>Names the AppHost and the services share; they are the stems of environment variables.</summary>
public static class ResourceNames
{
    public const string Postgres = "postgres";
    public const string Database = "mcpdb";
    public const string Redis = "redis";
    public const string Migrations = "migrations";
    public const string Worker = "worker";
    public const string Gateway = "gateway";
    public const string Backup = "backup";
}
