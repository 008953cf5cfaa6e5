using System.Text.Json;
using System.Text.RegularExpressions;

namespace AppHost.Tests.Manifest;

/// <summary>Rules the committed manifest must hold, whatever the application model becomes (design.md §4).</summary>
public sealed partial class ManifestTests
{
    private static readonly JsonElement Resources = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppHostProcess.RepositoryRoot, "aspire-manifest.json"))).RootElement.GetProperty("resources");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-007")]
    public async Task The_committed_manifest_is_what_the_AppHost_publishes()
    {
        // Paths in a manifest are relative to it, so the fresh one has to lie beside the committed one.
        var fresh = Path.Combine(AppHostProcess.RepositoryRoot, $"aspire-manifest.{Guid.NewGuid():N}.json");
        try
        {
            await using var publisher = AppHostProcess.Start(["--publisher", "manifest", "--output-path", fresh]);
            Assert.True(await publisher.WaitForExitAsync(Token) == 0, publisher.Output);

            Assert.Equal(
                await File.ReadAllTextAsync(Path.Combine(AppHostProcess.RepositoryRoot, "aspire-manifest.json"), Token),
                await File.ReadAllTextAsync(fresh, Token));
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    [Fact]
    [Trait("Requirement", "S-006")]
    public void Only_the_gateways_http_binding_is_external()
    {
        var external =
            from resource in Resources.EnumerateObject()
            where resource.Value.TryGetProperty("bindings", out _)
            from binding in resource.Value.GetProperty("bindings").EnumerateObject()
            where binding.Value.TryGetProperty("external", out var flag) && flag.GetBoolean()
            select $"{resource.Name}.{binding.Name}";

        Assert.Equal(["gateway.http"], external);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("worker")]
    [InlineData("backup")]
    [Trait("Requirement", "S-006")]
    public void No_service_believes_forwarded_headers_by_itself(string service) =>
        Assert.False(Environment(service).ContainsKey("ASPNETCORE_FORWARDEDHEADERS_ENABLED"));

    [Theory]
    [InlineData("gateway")]
    [InlineData("worker")]
    [InlineData("backup")]
    [Trait("Requirement", "S-004")]
    public void Every_service_refers_to_PostgreSQL_and_Redis(string service)
    {
        Assert.Equal("{mcpdb-app.connectionString}", Environment(service)["ConnectionStrings__mcpdb"]);
        Assert.Equal("{redis.connectionString}", Environment(service)["ConnectionStrings__redis"]);
    }

    [Fact]
    [Trait("Requirement", "S-004")]
    public void The_gateway_refers_to_the_workers() =>
        Assert.Equal("{worker.bindings.http.url}", Environment("gateway")["services__worker__http__0"]);

    [Fact]
    [Trait("Requirement", "S-113")]
    public void No_service_is_given_the_database_administrators_password()
    {
        var services = new[] { "gateway", "worker", "backup" }.SelectMany(Environment);

        Assert.DoesNotContain(services, variable => variable.Value.Contains("postgres-password", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-008")]
    public void Every_secret_is_an_input_and_never_a_literal()
    {
        var literals =
            from resource in Resources.EnumerateObject()
            where resource.Value.TryGetProperty("env", out _)
            from variable in resource.Value.GetProperty("env").EnumerateObject()
            where SecretName.IsMatch(variable.Name) && !variable.Value.GetString()!.StartsWith('{')
            select $"{resource.Name}: {variable.Name}";
        var inputs =
            from resource in Resources.EnumerateObject()
            where resource.Value.GetProperty("type").GetString() == "parameter.v0"
            select (resource.Name, Secret: resource.Value.GetProperty("inputs").GetProperty("value").TryGetProperty("secret", out var secret) && secret.GetBoolean());

        // The OAuth secret S-008 names too joins this set with the connector that reads it (S-082); until then nothing may publish one.
        Assert.Empty(literals);
        Assert.All(inputs, input => Assert.True(input.Secret, input.Name));
        Assert.Superset(
            new HashSet<string> { "jwt-secret", "api-key-salt", "internal-secret", "mcp-app-password", "mcp-backup-password", "backup-passphrase", "postgres-password", "redis-password" },
            inputs.Select(input => input.Name).ToHashSet());
    }

    [Theory]
    [InlineData("MCP_JWT_SECRET")]
    [InlineData("MCP_API_KEY_SALT")]
    [InlineData("MCP_DATABASE_BACKUP_PASSWORD")]
    [InlineData("MCP_BACKUP_PASSPHRASE")]
    [InlineData("REDIS_PASSWORD")]
    [InlineData("OAUTH_CLIENT_SECRET")]
    [Trait("Requirement", "S-008")]
    public void The_rule_for_secrets_knows_one_by_its_name(string variable) => Assert.Matches(SecretName, variable);

    [Fact]
    [Trait("Requirement", "S-008")]
    public void No_connection_string_carries_a_password_of_its_own()
    {
        var passwords =
            from resource in Resources.EnumerateObject()
            where resource.Value.TryGetProperty("connectionString", out _)
            from part in resource.Value.GetProperty("connectionString").GetString()!.Split(';', ',')
            where part.StartsWith("Password=", StringComparison.OrdinalIgnoreCase)
            select part.Split('=', 2)[1];

        Assert.NotEmpty(passwords);
        Assert.All(passwords, password => Assert.StartsWith("{", password, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_of_the_publishing_machine_is_in_it() =>
        Assert.DoesNotContain(AppHostProcess.RepositoryRoot, Resources.GetRawText(), StringComparison.Ordinal);

    [Fact]
    public void Migrations_are_not_deployed_as_a_service_that_would_be_restarted_for_ever() =>
        Assert.False(Resources.TryGetProperty("migrations", out _));

    [Theory]
    [InlineData("worker")]
    [InlineData("backup")]
    public void Services_that_need_more_than_dotnet_are_built_from_a_Dockerfile_that_exists(string service)
    {
        var dockerfile = Resources.GetProperty(service).GetProperty("build").GetProperty("dockerfile").GetString()!;

        Assert.True(File.Exists(Path.Combine(AppHostProcess.RepositoryRoot, dockerfile)), dockerfile);
    }

    [Fact]
    [Trait("Requirement", "S-331")]
    public void The_PostgreSQL_container_gets_the_settings_of_the_sources()
    {
        var arguments = Resources.GetProperty("postgres").GetProperty("args").EnumerateArray().Select(argument => argument.GetString());

        Assert.Superset(
            new HashSet<string?>
            {
                "shared_buffers=256MB", "effective_cache_size=1GB", "maintenance_work_mem=64MB", "checkpoint_completion_target=0.9",
                "wal_buffers=16MB", "default_statistics_target=100", "random_page_cost=1.1",
            },
            arguments.ToHashSet());
    }

    private static Dictionary<string, string> Environment(string service) => Resources.GetProperty(service).GetProperty("env")
        .EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString()!);

    [GeneratedRegex("SECRET|PASSWORD|SALT|PASSPHRASE", RegexOptions.None, 1000)]
    private static partial Regex SecretName { get; }
}
