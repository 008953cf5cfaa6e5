using Npgsql;

namespace ServiceDefaults.Database;

/// <summary>The service's pool of connections, in metrics and traces.</summary>
public static class DatabasePool
{
    /// <summary>A pool without a name goes by its connection string, and that tells hosts and users to whoever reads a label.</summary>
    public static void Name(NpgsqlDataSourceBuilder source) => source.Name = ResourceNames.Database;
}
