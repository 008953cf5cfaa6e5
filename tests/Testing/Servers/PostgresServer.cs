using System.Security.Cryptography;
using Npgsql;
using ServiceDefaults.Database;
using Xunit;

namespace Testing;

/// <summary>
/// A PostgreSQL of this test assembly's own, started with the first database somebody asks for. Use it as an assembly
/// fixture: <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string MigratedTemplate = "migrated_template";

    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartAsync(CancellationToken.None));
    private readonly Lazy<Task> _migratedTemplate;

    /// <summary>Roles belong to the whole cluster, so their passwords do too.</summary>
    private readonly string _appPassword = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly string _backupPassword = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public PostgresServer() => _migratedTemplate = new Lazy<Task>(MakeMigratedTemplateAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new database that no other test sees; it goes away with the server.</summary>
    /// <param name="migrated">Whether it has the product's schemas, roles and tables.</param>
    public async Task<TestDatabase> CreateDatabaseAsync(bool migrated, CancellationToken cancellationToken)
    {
        var cluster = await _cluster.Value.WaitAsync(cancellationToken);
        var name = $"test_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        if (migrated)
        {
            await _migratedTemplate.Value.WaitAsync(cancellationToken);
        }

        await ExecuteAsync(cluster, $"CREATE DATABASE {name} TEMPLATE {(migrated ? MigratedTemplate : "template0")}", cancellationToken);
        return Describe(cluster, name);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_cluster.IsValueCreated)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }

    /// <summary>Migrations run once; every migrated database is a copy.</summary>
    private async Task MakeMigratedTemplateAsync()
    {
        var cluster = await _cluster.Value;
        await ExecuteAsync(cluster, $"CREATE DATABASE {MigratedTemplate}", CancellationToken.None);
        await new Migrator().MigrateAsync(
            Describe(cluster, MigratedTemplate).OwnerConnectionString, new RolePasswords(_appPassword, _backupPassword));
    }

    private TestDatabase Describe(PostgresCluster cluster, string name) => new(
        name,
        ConnectionString(cluster, name, PostgresCluster.Superuser, cluster.Password),
        ConnectionString(cluster, name, "mcp_app", _appPassword),
        ConnectionString(cluster, name, "mcp_backup", _backupPassword));

    private static string ConnectionString(PostgresCluster cluster, string database, string user, string password) =>
        $"Host=127.0.0.1;Port={cluster.Port};Database={database};Username={user};Password={password}";

    private static async Task ExecuteAsync(PostgresCluster cluster, string sql, CancellationToken cancellationToken)
    {
        var connectionString = ConnectionString(cluster, "postgres", PostgresCluster.Superuser, cluster.Password) + ";Pooling=false";
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
