using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults;
using ServiceDefaults.Database;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Postgres;

/// <summary>
/// The database that is backed up, and the role that reads it: mcp_backup when its password is set, because the
/// services' own role sees only its own tables; else whatever the connection string says.
/// </summary>
internal sealed class SourceDatabase(IConfiguration configuration, IOptions<DatabaseOptions> options)
{
    public NpgsqlConnectionStringBuilder Settings { get; } = Read(configuration.GetConnectionString(ResourceNames.Database), options.Value);

    /// <exception cref="BackupException">The server cannot be reached or refuses the role.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Settings.Host))
        {
            throw new BackupException(
                BackupFailure.Configuration, "No database is configured. Set MCP_DATABASE_URL or ConnectionStrings__mcpdb.");
        }

        var connection = new NpgsqlConnection(Settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw Unreachable(exception);
        }
    }

    public BackupException Unreachable(Exception exception) => new(
        BackupFailure.SourceUnreachable,
        $"The database '{Settings.Database}' at {Settings.Host}:{Settings.Port} cannot be read as '{Settings.Username}': {exception.Message}",
        exception);

    private static NpgsqlConnectionStringBuilder Read(string? connectionString, DatabaseOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            ApplicationName = "mcp-backup",
            CommandTimeout = 0,
        };

        if (options.BackupPassword.Length > 0)
        {
            settings.Username = DatabaseRoles.Backup;
            settings.Password = options.BackupPassword;
        }

        return settings;
    }
}
