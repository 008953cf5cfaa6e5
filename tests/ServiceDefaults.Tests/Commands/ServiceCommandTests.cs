using System.CommandLine;
using Npgsql;
using ServiceDefaults.Commands;
using Testing;

namespace ServiceDefaults.Tests.Commands;

public sealed class ServiceCommandTests(PostgresServer postgres) : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData]
    [InlineData("--urls=http://localhost:5000")]
    [InlineData("--MCP_PORT", "8123")]
    [InlineData("--log-level", "debug")]
    [InlineData("urls=http://localhost:5000")]
    public async Task Without_a_verb_the_service_is_to_start(params string[] args)
    {
        Assert.Null(await ServiceCommands.TryRunAsync(args, ServiceIdentity.Worker));
    }

    [Fact]
    [Trait("Requirement", "S-057")]
    public async Task The_version_is_printed_alone()
    {
        Assert.Equal(0, await RunAsync("--version"));
        Assert.Equal(ProductVersion.Current + Environment.NewLine, _output.ToString());
    }

    [Fact]
    public async Task Help_names_every_verb_and_the_exit_codes()
    {
        Assert.Equal(0, await RunAsync("--help"));

        foreach (var word in (string[])["migrate", "config", "greet", "--healthcheck", "--version", "Exit codes: 0 done, 1 failed, 2 no such verb or option, 78 settings refused"])
        {
            Assert.Contains(word, string.Join(' ', _output.ToString().Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_migrate_verbs_help_lists_its_exit_codes()
    {
        Assert.Equal(0, await RunAsync("migrate", "--help"));
        Assert.Contains("Exit codes: 0", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_verb_is_answered_with_the_usage_on_standard_error()
    {
        Assert.Equal(2, await RunAsync("migrat"));
        Assert.Contains("migrat", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Usage:", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task A_services_own_verb_runs_and_gives_the_exit_code()
    {
        Assert.Equal(7, await RunAsync("greet"));
    }

    [Fact]
    [Trait("Requirement", "S-305")]
    public async Task Migrate_applies_what_is_missing_and_then_has_nothing_to_do()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);

        Assert.Equal(0, await RunAsync("migrate", $"--ConnectionStrings:mcpdb={database.OwnerConnectionString}"));
        Assert.Equal(0, await RunAsync("migrate", $"--ConnectionStrings:mcpdb={database.OwnerConnectionString}"));

        Assert.EndsWith("nothing to apply." + Environment.NewLine, _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand("SELECT to_regclass('gateway.schema_migrations')::text");
        Assert.Equal("gateway.schema_migrations", await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_one_sentence_and_exit_code_1()
    {
        Assert.Equal(1, await RunAsync("migrate", $"--ConnectionStrings:mcpdb=Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=hush"));

        Assert.StartsWith("Cannot open database", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-045")]
    public async Task Refused_settings_end_a_verb_with_exit_code_78()
    {
        Assert.Equal(78, await RunAsync("migrate", "--MCP_PORT=seven"));

        Assert.Contains("\"key\":\"MCP_PORT\"", _error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private async Task<int> RunAsync(params string[] args)
    {
        var greet = new Command("greet", "Says hello.");
        greet.SetAction(_ => 7);
        return await ServiceCommands.RunAsync(args, ServiceIdentity.Worker, [greet], new InvocationConfiguration { Output = _output, Error = _error });
    }
}
