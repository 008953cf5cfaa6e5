using McpGateway.Authentication;
using McpGateway.RateLimits;
using Npgsql;

namespace McpGateway.Commands;

/// <summary>Gives the user <c>admin</c> an API key that may do everything.</summary>
internal sealed class AdminAccount(NpgsqlDataSource database, ApiKeyHasher hasher, TimeProvider clock)
{
    public const string UserName = "admin";

    private const string UserSql = """
        WITH account AS (
            INSERT INTO gateway.users (username, display_name, permissions) VALUES ('admin', 'Administrator', '{*}')
            ON CONFLICT (username) DO UPDATE SET updated_at = now()
            RETURNING id
        ), membership AS (
            INSERT INTO gateway.user_roles (user_id, role) SELECT id, 'admin' FROM account ON CONFLICT DO NOTHING
        )
        SELECT id FROM account
        """;

    private const string KeySql = """
        INSERT INTO gateway.api_keys (id, user_id, name, hash, last4, roles, permissions, rate_per_minute, burst, bootstrap, created_by)
        VALUES ($1, $2, $3, $4, $5, '{admin}', '{*}', $6, $7, $8, $9)
        """;

    private const string RetireSql = "UPDATE gateway.api_keys SET revoked_at = now() WHERE bootstrap AND revoked_at IS NULL";

    private const string AuditSql = """
        INSERT INTO gateway.audit_log (id, occurred_at, event_type, user_name, key_id, action, resource, result, instance)
        VALUES ($1, $2, 'admin_action', $3, $4, 'create_api_key', 'admin', 'success', 'command line')
        """;

    /// <summary>Makes the key and returns it; it is shown this once.</summary>
    /// <param name="name">What the key is for.</param>
    /// <param name="limit">A limit of its own; null: the default one.</param>
    /// <param name="isBootstrap">The one key a development installation keeps in a file; it takes the place of the one before.</param>
    public async Task<string> CreateKeyAsync(string name, RateLimit? limit, bool isBootstrap, CancellationToken cancellationToken)
    {
        var key = ApiKeyText.Generate();
        var id = ApiKeyText.TryGetId(key)!;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var user = await RunAsync(connection, UserSql, [], cancellationToken);
        if (isBootstrap)
        {
            await RunAsync(connection, RetireSql, [], cancellationToken);
        }

        object[] values =
        [
            id, user!, name, hasher.Hash(key), key[^4..], (object?)limit?.PerMinute ?? DBNull.Value, (object?)limit?.Burst ?? DBNull.Value,
            isBootstrap, Environment.UserName,
        ];
        await RunAsync(connection, KeySql, values, cancellationToken);
        var now = clock.GetUtcNow();
        await RunAsync(connection, AuditSql, [Guid.CreateVersion7(now), now, Environment.UserName, id], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return key;
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DBNull
                ? new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer, Value = value }
                : new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
