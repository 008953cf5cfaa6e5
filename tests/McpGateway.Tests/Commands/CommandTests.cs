using McpGateway.Authentication;
using McpGateway.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using ServiceDefaults.Commands;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpGateway.Tests.Commands;

public sealed class CommandTests(PostgresServer postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-verbs-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-080")]
    public async Task Secrets_have_their_lengths_are_private_and_never_doubled()
    {
        var file = Path.Combine(_folder, "mcp.env");
        await File.WriteAllTextAsync(file, "MCP_PORT=8000", Token);

        Assert.Equal(0, await RunAsync("generate-secrets", "--out", file));
        var first = await File.ReadAllLinesAsync(file, Token);
        Assert.Equal(ServiceCommands.Failed, await RunAsync("generate-secrets", "--out", file));

        Assert.Equal(first, await File.ReadAllLinesAsync(file, Token));
        Assert.Equal("MCP_PORT=8000", first[0]);
        Assert.Equal(
            [("MCP_JWT_SECRET", 64), ("MCP_API_KEY_SALT", 32), ("MCP_INTERNAL_SECRET", 32), ("MCP_DATABASE_PASSWORD", 24)],
            first.Skip(1).Select(line => (line[..line.IndexOf('=', StringComparison.Ordinal)], Convert.FromBase64String(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]).Length)));
        AssertPrivate(file);
    }

    [Fact]
    public async Task Bootstrap_writes_a_key_that_works_and_a_new_one_only_when_it_must()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var file = Path.Combine(_folder, "local", "admin.key");

        await EnsureAsync(database, file, "first salt of thirty-two bytes!!!");
        var first = await File.ReadAllTextAsync(file, Token);
        AssertPrivate(file);
        await EnsureAsync(database, file, "first salt of thirty-two bytes!!!");
        var second = await File.ReadAllTextAsync(file, Token);
        await EnsureAsync(database, file, "other salt of thirty-two bytes!!!");
        var third = await File.ReadAllTextAsync(file, Token);
        File.Delete(file);
        await EnsureAsync(database, file, "other salt of thirty-two bytes!!!");

        Assert.Equal(first, second);
        Assert.NotEqual(second, third);
        Assert.NotEqual(third, await File.ReadAllTextAsync(file, Token));
        Assert.Equal("3|1|60000|5000", await QueryAsync(database, """
            SELECT concat_ws('|', count(*), count(*) FILTER (WHERE revoked_at IS NULL), max(rate_per_minute), max(burst)) FROM gateway.api_keys WHERE bootstrap
            """));
        Assert.Equal("admin|{*}|admin", await QueryAsync(database, """
            SELECT concat_ws('|', u.username, u.permissions, r.role) FROM gateway.users u JOIN gateway.user_roles r ON r.user_id = u.id
            """));
    }

    [Fact]
    public async Task Bootstrap_writes_nothing_in_production()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var file = Path.Combine(_folder, "admin.key");

        await EnsureAsync(database, file, "first salt of thirty-two bytes!!!", Environments.Production);

        Assert.False(File.Exists(file));
        Assert.Equal("0", await QueryAsync(database, "SELECT count(*)::text FROM gateway.api_keys"));
    }

    [Fact]
    [Trait("Requirement", "S-072")]
    public async Task An_admin_key_goes_to_a_private_file_that_is_never_replaced()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var file = Path.Combine(_folder, "admin_token");
        string[] arguments =
        [
            "create-admin", "--out", file, $"--ConnectionStrings:mcpdb={database.AppConnectionString}", "--MCP_API_KEY_SALT=first-salt-of-thirty-two-bytes-9f3e",
            "--MCP_JWT_SECRET=7c1e5a90b2d34f68a1c7e9035bd82f46", "--MCP_INTERNAL_SECRET=b0d94e1f6a2c8357e91d4c0fa86b7325", "--ConnectionStrings:redis=127.0.0.1:1", // not-a-secret
        ];

        Assert.Equal(0, await RunAsync(arguments));
        var key = (await File.ReadAllTextAsync(file, Token)).Trim();
        Assert.Equal(ServiceCommands.Failed, await RunAsync(arguments));

        AssertPrivate(file);
        Assert.Equal(key, (await File.ReadAllTextAsync(file, Token)).Trim());
        Assert.Equal(ApiKeyText.TryGetId(key), await QueryAsync(database, "SELECT id FROM gateway.api_keys"));
        Assert.Equal("admin_action", await QueryAsync(database, "SELECT event_type FROM gateway.audit_log"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<int> RunAsync(params string[] arguments) =>
        new System.CommandLine.RootCommand { Subcommands = { CreateAdminCommand.Create(), GenerateSecretsCommand.Create() } }
            .Parse(arguments).InvokeAsync(new System.CommandLine.InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null }, Token);

    private static async Task EnsureAsync(TestDatabase database, string file, string salt, string? environment = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment ?? Environments.Development });
        builder.Services.Configure<StorageOptions>(storage => storage.AdminKeyFile = file);
        builder.Services.Configure<AuthenticationOptions>(authentication => authentication.ApiKeySalt = salt);
        using var host = builder.Build();
        await BootstrapAdmin.EnsureAsync(new MigratedDatabase(database.OwnerConnectionString, host.Services, TextWriter.Null), Token);
    }

    private static async Task<object?> QueryAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }

    private static void AssertPrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
