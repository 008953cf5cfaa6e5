using Aspire.Npgsql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Testing;

namespace StandIns.Tests.Npgsql;

public sealed class NpgsqlDataSourceTests(PostgresServer postgres)
{
    private const string FromConnectionStrings = "Host=from-connection-strings";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_data_source_and_its_health_check_reach_the_server()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        using var host = Build(new() { ["ConnectionStrings:mcpdb"] = database.OwnerConnectionString }, builder => builder.AddNpgsqlDataSource("mcpdb"));

        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT current_database()");
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal(database.Name, await command.ExecuteScalarAsync(Token));
        Assert.Equal((HealthStatus.Healthy, "PostgreSql"), (report.Status, Assert.Single(report.Entries).Key));
    }

    [Fact]
    public async Task A_server_that_is_away_is_an_unhealthy_check_not_an_exception()
    {
        using var host = Build(new() { ["ConnectionStrings:mcpdb"] = $"Host=127.0.0.1;Port={FreePort.Next()}" }, builder => builder.AddNpgsqlDataSource("mcpdb"));

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal(HealthStatus.Unhealthy, report.Status);
    }

    [Fact]
    public void Settings_come_from_the_section_its_child_the_connection_string_and_the_delegate_in_that_order()
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Aspire:Npgsql:ConnectionString"] = "Host=from-section",
            ["Aspire:Npgsql:DisableMetrics"] = "true",
            ["Aspire:Npgsql:named:ConnectionString"] = "Host=from-child",
        };

        Assert.Equal("Host=from-section", Read("other", configuration).ConnectionString);
        Assert.Equal("Host=from-child", Read("named", configuration).ConnectionString);
        configuration["ConnectionStrings:named"] = FromConnectionStrings;
        var settings = Read("named", configuration);
        Assert.Equal(FromConnectionStrings, settings.ConnectionString);
        Assert.True(settings.DisableMetrics);

        using var host = Build(configuration, builder => builder.AddNpgsqlDataSource("named", changed => changed.ConnectionString = "Host=from-delegate"));
        Assert.Contains("from-delegate", host.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_connection_string_is_an_error_when_somebody_asks_for_the_data_source()
    {
        using var host = Build([], builder => builder.AddNpgsqlDataSource("mcpdb"));

        var failure = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<NpgsqlDataSource>());

        Assert.Contains("ConnectionStrings:mcpdb", failure.Message, StringComparison.Ordinal);
    }

    private static NpgsqlSettings Read(string name, Dictionary<string, string?> configuration)
    {
        NpgsqlSettings? read = null;
        using var host = Build(configuration, builder => builder.AddNpgsqlDataSource(name, settings => read = settings));
        return read!;
    }

    private static IHost Build(Dictionary<string, string?> configuration, Action<IHostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(configuration);
        add(builder);
        return builder.Build();
    }
}
