using System.Security.Cryptography;
using McpGateway.Authentication;
using McpGateway.RateLimits;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults.Commands;
using ServiceDefaults.Database;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Commands;

/// <summary>
/// After <c>migrate</c> in Development: the file named by MCP_ADMIN_KEY_FILE holds an admin key that works. A lost file or
/// another MCP_API_KEY_SALT means a new key; the one before is revoked then.
/// </summary>
internal static class BootstrapAdmin
{
    private const string StoredHashSql = "SELECT hash FROM gateway.api_keys WHERE id = $1 AND bootstrap AND revoked_at IS NULL";
    private const string AnySql = "SELECT EXISTS (SELECT FROM gateway.api_keys WHERE bootstrap)";

    /// <summary>Wide enough that a developer's tests never meet it.</summary>
    private static readonly RateLimit Limit = new(60_000, 5_000);

    public static async Task EnsureAsync(MigratedDatabase migrated, CancellationToken cancellationToken)
    {
        var path = migrated.Services.GetRequiredService<IOptions<StorageOptions>>().Value.AdminKeyFile;
        var authentication = migrated.Services.GetRequiredService<IOptions<AuthenticationOptions>>();
        if (path.Length == 0 || !migrated.Services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            return;
        }

        if (authentication.Value.ApiKeySalt.Length == 0)
        {
            await migrated.Output.WriteLineAsync($"No admin key was written to {path}: MCP_API_KEY_SALT is not set.");
            return;
        }

        await using var database = NpgsqlDataSource.Create(migrated.ConnectionString);
        var hasher = new ApiKeyHasher(authentication);
        if (await IsGoodAsync(database, hasher, path, cancellationToken))
        {
            return;
        }

        var isRenewal = await AnyAsync(database, cancellationToken);
        var key = await new AdminAccount(database, hasher, TimeProvider.System).CreateKeyAsync("bootstrap", Limit, isBootstrap: true, cancellationToken);
        try
        {
            PrivateFile.Replace(path, key + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException(
                $"MCP_ADMIN_KEY_FILE: {path} cannot be written ({exception.Message}). Name a file in a directory this user may write to, and run migrate again.", exception);
        }

        await migrated.Output.WriteLineAsync(isRenewal
            ? $"The admin key in {path} was missing or did not fit MCP_API_KEY_SALT: a new one is there, the one before is revoked."
            : $"The admin key is in {path}.");
    }

    private static async Task<bool> IsGoodAsync(NpgsqlDataSource database, ApiKeyHasher hasher, string path, CancellationToken cancellationToken)
    {
        var key = File.Exists(path) ? (await File.ReadAllTextAsync(path, cancellationToken)).Trim() : "";
        if (ApiKeyText.TryGetId(key) is not { } id)
        {
            return false;
        }

        await using var command = database.CreateCommand(StoredHashSql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] hash
            && CryptographicOperations.FixedTimeEquals(hash, hasher.Hash(key));
    }

    private static async Task<bool> AnyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(AnySql);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
