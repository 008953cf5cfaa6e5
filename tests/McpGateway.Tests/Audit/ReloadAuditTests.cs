using McpGateway.Audit;
using McpGateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Settings;
using Testing;

namespace McpGateway.Tests.Audit;

public sealed class ReloadAuditTests(PostgresServer postgres, RedisServer redis)
{
    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task A_reload_is_recorded_by_the_names_of_what_changed()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var observer = Assert.Single(gateway.Services.GetServices<ISettingsObserver>().OfType<ReloadAudit>());

        observer.Reloaded(new SettingsChange(["MCP_LOG_LEVEL", "MCP_RATE_LIMIT_RPM"], ["MCP_PORT"]));

        const string query = """
            SELECT string_agg(concat_ws('|', user_name, action, resource, result, ip_address, request_id), ',' ORDER BY sequence)
            FROM gateway.audit_log WHERE event_type = 'config_reloaded'
            """;
        const string expected = "system:gateway|MCP_LOG_LEVEL, MCP_RATE_LIMIT_RPM|settings|success,system:gateway|MCP_PORT|settings|restart_needed";
        Assert.Equal(expected, await gateway.WaitForAsync(query, expected));
    }

    [Theory]
    [InlineData(3, "SETTING_0000, SETTING_0001, SETTING_0002")]
    [InlineData(0, "")]
    public void A_few_names_are_listed_in_full(int count, string expected) => Assert.Equal(expected, AuditTrail.List(Names(count)));

    [Fact]
    public void Of_many_names_those_that_do_not_fit_are_counted()
    {
        var text = AuditTrail.List(Names(100));

        Assert.InRange(text.Length, 480, 512);
        Assert.Matches("^SETTING_0000, .*SETTING_[0-9]{4} and [0-9]+ more$", text);
    }

    private static List<string> Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"SETTING_{i:0000}")];
}
