using McpModules;
using Npgsql;

namespace McpWorker.Modules;

/// <summary>The health of a module that works on one table: whether it can be read.</summary>
internal static class TableHealth
{
    /// <param name="table">A name of ours, never a caller's: it becomes part of the statement.</param>
    public static async Task<ModuleHealth> CheckAsync(IServiceProvider services, string table, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand($"SELECT 1 FROM {table} LIMIT 1");
            await command.ExecuteNonQueryAsync(cancellationToken);
            return ModuleHealth.Healthy;
        }
        catch (NpgsqlException exception)
        {
            return ModuleHealth.Unhealthy($"Table {table} cannot be read: {exception.Message}");
        }
    }
}
