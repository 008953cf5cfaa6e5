using System.Text.Json;
using McpGateway.Audit;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults;
using ServiceDefaults.Instances;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpGateway.Tests.Audit;

public sealed class AuditCarrierTests(PostgresServer postgres) : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mcp-audit-{Guid.NewGuid():N}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_spooled_while_PostgreSQL_is_away_follow_in_order_and_once()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await ExecuteAsync(database, "REVOKE INSERT ON gateway.audit_log FROM mcp_app");
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        using var log = new TestLog();
        using var spool = Spool();
        using var carrier = new AuditCarrier(spool, new AuditStore(source), TimeProvider.System, log.CreateLogger<AuditCarrier>());
        for (var i = 0; i < 2_500; i++)
        {
            spool.Append(AuditTests.Event($"r{i}").ToLine());
        }

        await carrier.StartAsync(Token);
        await log.WaitForAsync(entry => entry.Event.Name == "audit_carry_failed", Token);
        await ExecuteAsync(database, "GRANT INSERT ON gateway.audit_log TO mcp_app");
        await log.WaitForAsync(entry => entry.Event.Name == "audit_carry_recovered", Token);
        await carrier.StopAsync(Token);

        Assert.Equal("2500|2500|t", await ExecuteAsync(database, """
            SELECT count(*) || '|' || count(DISTINCT result) || '|' ||
                   CASE WHEN array_agg(result ORDER BY sequence) = (SELECT array_agg('r' || i ORDER BY i) FROM generate_series(0, 2499) i) THEN 't' ELSE 'f' END
            FROM gateway.audit_log
            """));
        Assert.Empty(SpoolFolder.Segments(spool.Folder));
    }

    [Fact]
    public async Task Whoever_stops_the_carrier_waits_until_the_last_events_are_stored()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        using var log = new TestLog();
        using var spool = Spool();
        using var carrier = new AuditCarrier(spool, new AuditStore(source), TimeProvider.System, log.CreateLogger<AuditCarrier>());
        spool.Append(AuditTests.Event("last").ToLine());
        await using var blocker = await owner.OpenConnectionAsync(Token);
        await using var transaction = await LockAsync(blocker);

        var bySignal = carrier.StopAsync(Token);
        var byDisposal = carrier.StopAsync(Token);

        Assert.False(byDisposal.IsCompleted);
        await transaction.RollbackAsync(Token);
        await Task.WhenAll(bySignal, byDisposal);
        Assert.Equal("1", await ExecuteAsync(database, "SELECT count(*)::text FROM gateway.audit_log WHERE result = 'last'"));
    }

    [Fact]
    public async Task A_database_that_hangs_holds_a_shutdown_up_for_seconds_only_and_nothing_is_lost()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        using var log = new TestLog();
        using var spool = Spool();
        using var carrier = new AuditCarrier(spool, new AuditStore(source), TimeProvider.System, log.CreateLogger<AuditCarrier>());
        spool.Append(AuditTests.Event("last").ToLine());
        await using var blocker = await owner.OpenConnectionAsync(Token);
        await using var transaction = await LockAsync(blocker);

        await carrier.StopAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Single(log.Entries, entry => entry.Event.Name == "audit_left_in_spool");
        Assert.Contains("\"last\"", await File.ReadAllTextAsync(Assert.Single(SpoolFolder.Segments(spool.Folder)), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_gateway_left_is_stored_once_and_its_open_calls_are_marked()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        var stored = AuditTests.Event("success");
        var open = AuditTests.Event(AuditEvent.Started);
        var dead = Directory.CreateDirectory(Path.Combine(_folder, "gateway-dead")).FullName;
        await File.WriteAllTextAsync(Path.Combine(dead, "lock"), "", Token);
        await File.WriteAllTextAsync(Path.Combine(dead, "00000001.jsonl"), $"{Line(stored)}\nnot an event\n{Line(open)}\n{{\"id\":\"torn", Token);
        await new AuditStore(source).AddAsync([stored], Token);
        using var log = new TestLog();
        using var spool = Spool();
        using var carrier = new AuditCarrier(spool, new AuditStore(source), TimeProvider.System, log.CreateLogger<AuditCarrier>());

        await carrier.StartAsync(Token);
        await log.WaitForAsync(entry => entry.Event.Name == "audit_adopted", Token);
        await carrier.StopAsync(Token);

        Assert.Equal("success,unknown", await ExecuteAsync(database, "SELECT string_agg(result, ',' ORDER BY sequence) FROM gateway.audit_log"));
        Assert.False(Directory.Exists(dead));
        Assert.Single(log.Entries, entry => entry.Event.Name == "audit_line_unreadable");
    }

    [Fact]
    public async Task A_full_spool_takes_no_more_and_has_room_again_once_its_events_are_stored()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        using var log = new TestLog();
        using var spool = Spool(maxBytes: 2_000);
        using var carrier = new AuditCarrier(spool, new AuditStore(source), TimeProvider.System, log.CreateLogger<AuditCarrier>());
        var kept = 0;

        var full = Assert.Throws<IOException>(() =>
        {
            for (; kept < 1_000; kept++)
            {
                spool.Append(AuditTests.Event("success").ToLine());
            }
        });
        await carrier.StartAsync(Token);
        await carrier.StopAsync(Token);
        spool.Append(AuditTests.Event("success").ToLine());

        Assert.Contains("MCP_AUDIT_SPOOL_MAX_BYTES", full.Message);
        Assert.InRange(kept, 1, 20);
        Assert.Equal((long)kept, await ExecuteAsync(database, "SELECT count(*) FROM gateway.audit_log"));
    }

    [Fact]
    public void A_living_gateways_spool_is_left_alone()
    {
        using var living = Spool();
        living.Append(AuditTests.Event("success").ToLine());

        Assert.Empty(SpoolFolder.TakeOrphans(_folder));
    }

    [Fact]
    public void A_spool_that_cannot_be_written_is_a_refused_setting_with_a_cure()
    {
        var file = Path.GetTempFileName();

        var refusal = Assert.Throws<SettingsException>(() => SpoolFolder.Create(file, "gateway-1"));

        var error = Assert.Single(refusal.Errors);
        Assert.Equal("MCP_AUDIT_DIR", error.Key);
        Assert.Contains("Create the directory", error.Cure);
        File.Delete(file);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string Line(AuditEvent entry) => JsonSerializer.Serialize(entry, AuditJson.Default.AuditEvent);

    /// <summary>Nobody reads or writes the table until the transaction ends.</summary>
    private static async Task<NpgsqlTransaction> LockAsync(NpgsqlConnection connection)
    {
        var transaction = await connection.BeginTransactionAsync(Token);
        await using var block = new NpgsqlCommand("LOCK TABLE gateway.audit_log IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await block.ExecuteNonQueryAsync(Token);
        return transaction;
    }

    private static async Task<object?> ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }

    private AuditSpool Spool(long maxBytes = long.MaxValue) => new(
        Options.Create(new StorageOptions { AuditDirectory = _folder, AuditSpoolMaxBytes = maxBytes }), new InstanceIdentity(ServiceIdentity.Gateway, TimeProvider.System));
}
