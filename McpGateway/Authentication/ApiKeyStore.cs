using McpGateway.RateLimits;
using Npgsql;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Authentication;

/// <summary>API keys in PostgreSQL.</summary>
internal sealed class ApiKeyStore(NpgsqlDataSource database)
{
    private const string FindSql = """
        SELECT k.hash, u.id::text, u.username, k.roles,
               ARRAY(SELECT permission FROM gateway.role_permissions WHERE role = ANY (k.roles)
                     UNION SELECT unnest(k.permissions)),
               k.expires_at, k.revoked_at IS NOT NULL OR u.disabled_at IS NOT NULL,
               k.rate_per_minute, k.burst, u.rate_per_minute, u.burst
        FROM gateway.api_keys k JOIN gateway.users u ON u.id = k.user_id
        WHERE k.id = $1
        """;

    private const string TouchSql = """
        UPDATE gateway.api_keys SET last_used_at = now()
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
        """;

    /// <summary>Null: there is no such key.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL is away.</exception>
    public async Task<StoredApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        var identity = new InternalCaller(
            row.GetString(1), row.GetString(2), id, row.GetFieldValue<string[]>(3), row.GetFieldValue<string[]>(4));
        return new StoredApiKey(
            id,
            row.GetFieldValue<byte[]>(0),
            identity,
            row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
            row.GetBoolean(6),
            Limit(row, 7),
            Limit(row, 9));
    }

    /// <summary>Notes that the key is in use; at most once a minute.</summary>
    public async Task TouchAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(TouchSql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static RateLimit? Limit(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new RateLimit(row.GetInt32(column), row.GetInt32(column + 1));
}
