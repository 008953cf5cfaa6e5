using System.Diagnostics;
using System.Globalization;
using Testing;

namespace McpGateway.Tests.RequestGuards;

/// <summary>What `systemctl reload` does.</summary>
public sealed class HangUpTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task A_hang_up_signal_reloads_settings_and_does_not_end_the_process()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-hangup-").FullName;
        foreach (var file in new[] { "config.yaml", "development.yaml" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), "# nothing", Token);
        }

        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var gateway = Start(folder, database.AppConnectionString);
        try
        {
            await ReadUntilAsync(gateway, "Application started");
            await File.WriteAllTextAsync(Path.Combine(folder, "config.local.yaml"), "rate_limiting: {max_requests: 7}", Token);

            using var kill = Process.Start("kill", ["-HUP", gateway.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(Token);

            // In either order: a slow machine may have looked by itself before the signal came.
            await ReadUntilAsync(gateway, "config_reload_requested", "config_reloaded");
            Assert.False(gateway.HasExited);
        }
        finally
        {
            gateway.Kill(entireProcessTree: true);
            await gateway.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private Process Start(string folder, string database)
    {
        // Whoever runs the tests may ignore the signal, as nohup does, and children inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=HUP", "dotnet", typeof(McpGateway.RequestGuards.HostPolicy).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__mcpdb"] = database,
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["MCP_ENV"] = "development",
            ["MCP_CONFIG_DIR"] = folder,
            ["MCP_AUDIT_DIR"] = Path.Combine(folder, "audit"),
            ["MCP_METRICS_ENABLED"] = "false",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        })
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task ReadUntilAsync(Process gateway, params string[] marks)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var missing = marks.ToList();
        while (await gateway.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            missing.RemoveAll(mark => line.Contains(mark, StringComparison.Ordinal));
            if (missing.Count == 0)
            {
                return;
            }
        }

        throw new InvalidOperationException($"The gateway ended without saying '{string.Join("', '", missing)}'.");
    }
}
