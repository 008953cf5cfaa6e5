using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using ServiceDefaults.Database;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

public sealed class DatabasePoolTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-199")]
    public async Task Five_held_connections_are_five_fewer_to_have()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await using var service = await StartAsync($"{database.OwnerConnectionString};Maximum Pool Size=17");
        var source = service.Services.GetRequiredService<NpgsqlDataSource>();

        var idle = await Scrape.UntilAsync(service.Metrics, scrape => Available(scrape) == 17, Token);
        var held = new List<NpgsqlConnection>();
        for (var number = 0; number < 5; number++)
        {
            held.Add(await source.OpenConnectionAsync(Token));
        }

        var busy = await Scrape.UntilAsync(service.Metrics, scrape => Available(scrape) == 12 && scrape.Value("mcp_database_pool_in_use") == 5, Token);
        held.ForEach(connection => connection.Dispose());
        await Scrape.UntilAsync(service.Metrics, scrape => Available(scrape) == 17, Token);

        Assert.Equal(17, idle.Value("mcp_database_pool_size"));
        Assert.All(["mcp_database_pool_available", "mcp_database_pool_in_use", "mcp_database_pool_size"], name => Assert.Single(busy.With(name)));
        Assert.Equal("gauge", busy.Types["mcp_database_pool_available"]);
    }

    [Fact]
    [Trait("Requirement", "S-199")]
    [Trait("Requirement", "S-203")]
    public async Task No_label_tells_where_the_database_is_or_how_to_get_in()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await using var service = await StartAsync($"{database.OwnerConnectionString};Persist Security Info=true");
        await using (var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1"))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        var scrape = await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("db_client_operation_duration_seconds_count") > 0, Token);

        var secrets = new NpgsqlConnectionStringBuilder(database.OwnerConnectionString);
        var labels = scrape.Samples.Where(sample => sample.Name.StartsWith("db_", StringComparison.Ordinal)).SelectMany(sample => sample.Labels.Values).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(labels, value => value.Contains(secrets.Host!, StringComparison.OrdinalIgnoreCase)
            || value.Contains(secrets.Database!, StringComparison.Ordinal)
            || value.Contains("Password", StringComparison.OrdinalIgnoreCase)
            || value.Contains("Username", StringComparison.OrdinalIgnoreCase));
    }

    private static Task<TestService> StartAsync(string connection) => TestService.StartAsync(
        [$"ConnectionStrings:mcpdb={connection}"],
        builder => builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name),
        cancellationToken: Token);

    private static double? Available(Scrape scrape) => scrape.Value("mcp_database_pool_available");
}
