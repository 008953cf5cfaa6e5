using McpGateway.Audit;
using McpGateway.Authentication;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Audit;

public sealed class AuditTests(PostgresServer postgres, RedisServer redis)
{
    [Fact]
    [Trait("Requirement", "S-374")]
    public async Task A_tool_call_is_one_row_that_says_who_what_and_how_it_ended()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync(user: "ann");
        caller.DefaultRequestHeaders.Add("X-Request-ID", "req-1");
        caller.DefaultRequestHeaders.UserAgent.ParseAdd("probe/1.0");

        using var answer = await caller.CallToolAsync("media_list");

        const string query = """
            SELECT concat_ws('|', event_type, user_name, action, resource, result, ip_address, user_agent, duration_ms > 0, key_id IS NOT NULL)
            FROM gateway.audit_log WHERE request_id = 'req-1'
            """;
        var expected = "tool_call|ann|tools/call|media_list|success|127.0.0.1|probe/1.0|t|t";
        Assert.Equal(expected, await gateway.WaitForAsync(query, expected));
        Assert.Equal(1L, await gateway.ExecuteAsync("SELECT count(*) FROM gateway.audit_log WHERE request_id = 'req-1'"));
        Assert.Equal(0L, await gateway.ExecuteAsync("SELECT count(*) FROM gateway.audit_log a WHERE a::text LIKE '%secret-argument%'"));
    }

    [Fact]
    public async Task A_tools_own_failure_is_an_error_in_the_log()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        gateway.Worker.Answer = context => FakeWorker.WriteJsonAsync(context, """{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":true}}""");
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.CallToolAsync("media_list");

        Assert.Equal("error", await gateway.WaitForAsync("SELECT result FROM gateway.audit_log", "error"));
    }

    [Fact]
    public async Task Refusals_are_events_of_their_own()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_RATE_LIMIT_RPM"] = "1", ["MCP_RATE_LIMIT_BURST"] = "1" });
        using var stranger = gateway.CreateClient();
        stranger.DefaultRequestHeaders.Add("X-API-Key", ApiKeyText.Generate());
        using var limited = await gateway.CallerAsync("{tool:media/*:call}", perMinute: null, burst: null);

        using var unknown = await stranger.CallToolAsync("media_list");
        using var denied = await limited.CallToolAsync("rag_query");
        using var passed = await limited.CallToolAsync("media_list");
        using var refused = await limited.CallToolAsync("media_list");

        const string query = "SELECT string_agg(event_type, ',' ORDER BY sequence) FROM gateway.audit_log WHERE event_type <> 'tool_call'";
        const string expected = "auth_failure,permission_denied,rate_limit_exceeded";
        Assert.Equal(expected, await gateway.WaitForAsync(query, expected));
    }

    [Fact]
    [Trait("Requirement", "S-113")]
    public async Task The_services_can_add_to_the_log_and_read_it_and_nothing_else()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, TestContext.Current.CancellationToken);
        await using var connection = new Npgsql.NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var sql in new[]
        {
            "UPDATE gateway.audit_log SET result = 'success'", "DELETE FROM gateway.audit_log", "TRUNCATE gateway.audit_log",
            "DROP TABLE gateway.audit_log", "ALTER TABLE gateway.audit_log ADD COLUMN x int", "DROP TABLE gateway.users",
            "CREATE TABLE gateway.mine (x int)",
        })
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public void An_intent_waits_for_its_outcome_and_is_stored_alone_when_none_comes()
    {
        var ledger = new IntentLedger();
        var now = DateTimeOffset.UnixEpoch;
        var answered = Event(AuditEvent.Started);
        var abandoned = Event(AuditEvent.Started);
        var outcome = Event("success") with { IntentOf = answered.Id };

        var stored = ledger.Take([answered, abandoned, outcome], "segment", now).ToList();

        Assert.Equal([outcome], stored);
        Assert.True(ledger.IsWaitingIn("segment"));
        Assert.Empty(ledger.TakeOverdue(now.AddSeconds(-1)));
        Assert.Equal([abandoned], ledger.TakeOverdue(now));
        Assert.False(ledger.IsWaitingIn("segment"));
    }

    internal static AuditEvent Event(string result) => new(
        Guid.NewGuid(), DateTimeOffset.UnixEpoch, "tool_call", "ann", "AAAAAAAA", "tools/call", "media_list", result,
        "127.0.0.1", "probe", "req", null, null, "gateway-1", null);
}
