using BackupService.Postgres;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Testing;

namespace BackupService.Tests.Postgres;

public sealed class ClientToolsTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-276")]
    public async Task The_first_tools_that_are_new_enough_are_taken()
    {
        using var old = new TemporaryFolder();
        using var current = new TemporaryFolder();
        await FakeTools.CreateAsync(old, "14.9 (Debian 14.9-1)", "exit 1");
        await FakeTools.CreateAsync(current, "17.2", "exit 1");
        var tools = new PostgresTools(new ToolDirectories([old, current]));

        var found = await tools.FindAsync(serverMajor: 16, Token);

        Assert.Equal(Path.Combine(current, "pg_dump"), found.Dump);
        Assert.Equal("17.2", found.Version);
    }

    [Fact]
    public async Task Tools_older_than_the_server_are_refused_with_the_package_to_install()
    {
        using var old = new TemporaryFolder();
        await FakeTools.CreateAsync(old, "14.9", "exit 1");
        var tools = new PostgresTools(new ToolDirectories([old]));

        var refusal = await Assert.ThrowsAsync<BackupException>(() => tools.FindAsync(serverMajor: 17, Token));

        Assert.Equal(BackupFailure.Configuration, refusal.Failure);
        Assert.Contains("is version 14.9. Install postgresql-client-17", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_tools_make_the_service_not_ready_with_the_reason()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var folder = new TemporaryFolder();
        using var host = new BackupHost(database, folder);
        var check = new ClientToolsCheck(host.Get<SourceDatabase>(), new PostgresTools(new ToolDirectories([])));

        var result = await check.CheckHealthAsync(new HealthCheckContext(), Token);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.StartsWith("pg_dump and pg_restore are not installed. Install postgresql-client-", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tools_of_this_machine_make_it_ready()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var folder = new TemporaryFolder();
        using var host = new BackupHost(database, folder);
        var check = new ClientToolsCheck(host.Get<SourceDatabase>(), host.Get<PostgresTools>());

        var result = await check.CheckHealthAsync(new HealthCheckContext(), Token);

        Assert.Equal(HealthStatus.Healthy, result.Status);
    }
}
