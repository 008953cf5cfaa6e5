using System.Diagnostics;
using McpGateway.RequestGuards;
using ServiceDefaults.Settings;

namespace McpGateway.Tests.RequestGuards;

public sealed class StartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("MCP_ALLOWED_IPS", "10.0.0.0/8")]
    [InlineData("MCP_BLOCKED_IPS", "203.0.113.4")]
    [InlineData("MCP_TRUST_X_FORWARDED", "true")]
    [InlineData("MCP_CLIENT_CERT_REQUIRED", "true")]
    [InlineData("MCP_PORT", "abc")]
    [InlineData("MCP_AUTH_MODE", "foo")]
    [InlineData("MCP_ENV", "production")]
    [InlineData("MCP_AUDIT_DIR", "/dev/null/audit")]
    [Trait("Requirement", "S-046")]
    public async Task A_setting_that_cannot_be_honoured_stops_the_start_with_its_name(string key, string value)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-start-").FullName;
        var start = new ProcessStartInfo("dotnet", [typeof(HostPolicy).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, setting) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__mcpdb"] = "Host=127.0.0.1;Port=1;Username=mcp_app;Password=x",
            ["ConnectionStrings__redis"] = "127.0.0.1:1,password=x",
            ["MCP_JWT_SECRET"] = "changeme-changeme-changeme-changeme",
            ["MCP_API_KEY_SALT"] = "0f2b6c1d9e8a7f3045d1c2b3a4958677aa",
            ["MCP_INTERNAL_SECRET"] = "1a2b3c4d5e6f708192a3b4c5d6e7f80911",
            ["MCP_AUDIT_DIR"] = Path.Combine(folder, "audit"),
            ["MCP_METRICS_ENABLED"] = "false",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            [key] = value,
        })
        {
            start.Environment[name] = setting;
        }

        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(Token);
            var output = process.StandardOutput.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);

            Assert.Equal(SettingsFailure.ExitCode, process.ExitCode);
            Assert.Contains(key == "MCP_ENV" ? "MCP_JWT_SECRET" : key, await error + await output);
            Assert.DoesNotContain("changeme-changeme", await error + await output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            Directory.Delete(folder, recursive: true);
        }
    }
}
