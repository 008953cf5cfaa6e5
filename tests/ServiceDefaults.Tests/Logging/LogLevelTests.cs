using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using ServiceDefaults.Logging;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace ServiceDefaults.Tests.Logging;

public sealed class LogLevelTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-032")]
    [InlineData("debug", "Debug Information Warning Error")]
    [InlineData("INFO", "Information Warning Error")]
    [InlineData("warn", "Warning Error")]
    [InlineData("Error", "Error")]
    public async Task The_command_line_decides_from_which_level_lines_are_written(string level, string expected)
    {
        var lines = await LogAsync(level, services =>
        {
            var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Ours");
            LogEach(logger);
        });

        Assert.Equal(expected, string.Join(' ', lines.Where(line => Logger(line) == "Ours").Select(line => line.GetProperty("level").GetString())));
    }

    [Fact]
    [Trait("Requirement", "S-206")]
    public async Task Libraries_speak_from_warning_on_but_the_host_tells_that_it_started()
    {
        var lines = await LogAsync("info", services => LogEach(services.GetRequiredService<ILoggerFactory>().CreateLogger("Npgsql.Command")));

        Assert.Equal("Warning Error", string.Join(' ', lines.Where(line => Logger(line) == "Npgsql.Command").Select(line => line.GetProperty("level").GetString())));
        Assert.Contains(lines, line => Logger(line) == "Microsoft.Hosting.Lifetime" && line.GetProperty("event").GetString() == "listening_on_address");
    }

    [Fact]
    [Trait("Requirement", "S-207")]
    public async Task A_level_nobody_knows_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => TestService.StartAsync(["MCP_LOG_LEVEL=chatty"], cancellationToken: Token));

        Assert.Equal("MCP_LOG_LEVEL", Assert.Single(refused.Errors).Key);
    }

    [Theory]
    [Trait("Requirement", "S-207")]
    [InlineData("LOG_LEVEL=WARN", "Warning Error")]
    [InlineData("MCP_LOG_LEVEL=Critical", "")]
    [InlineData("MCP_LOG_LEVEL=INFORMATION", "Information Warning Error")]
    public async Task Every_spelling_of_the_setting_counts(string setting, string expected)
    {
        var lines = await LogWithAsync([setting], services => LogEach(services.GetRequiredService<ILoggerFactory>().CreateLogger("Ours")));

        Assert.Equal(expected, string.Join(' ', lines.Where(line => Logger(line) == "Ours").Select(line => line.GetProperty("level").GetString())));
    }

    [Fact]
    [Trait("Requirement", "S-208")]
    public async Task A_reload_changes_the_level_of_loggers_that_exist()
    {
        var lines = await LogAsync("info", services =>
        {
            var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Ours");
            LogEach(logger);
            Reload(services, logging => logging.Level = "debug");
            LogEach(logger);
            Reload(services, logging => logging.Level = "error");
            LogEach(logger);
        });

        Assert.Equal(
            "Information Warning Error Debug Information Warning Error Error",
            string.Join(' ', lines.Where(line => Logger(line) == "Ours").Select(line => line.GetProperty("level").GetString())));
    }

    [Theory]
    [Trait("Requirement", "S-217")]
    [InlineData("debug", false, 0)]
    [InlineData("info", true, 1)]
    [InlineData("error", true, 1)]
    public async Task Statements_are_logged_when_asked_for_and_only_then(string level, bool echo, int statements)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        var lines = await LogWithAsync(
            [$"MCP_LOG_LEVEL={level}", $"MCP_SQL_ECHO={echo}", $"ConnectionStrings:mcpdb={database.OwnerConnectionString}"],
            services =>
            {
                using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT @planted::text AS probe"); // not-a-secret
                command.Parameters.AddWithValue("planted", "Zq-planted");
                command.ExecuteScalar();
            },
            builder => builder.AddNpgsqlDataSource(ResourceNames.Database));

        var echoed = lines.Where(line => line.GetProperty("event").GetString() == "sql" && line.GetRawText().Contains("AS probe", StringComparison.Ordinal)).ToList();
        Assert.Equal(statements, echoed.Count);
        Assert.All(echoed, line => Assert.Contains("SELECT", line.GetProperty("command_text").GetString(), StringComparison.Ordinal));
        Assert.All(echoed, line => Assert.True(line.GetProperty("duration_ms").GetDouble() >= 0));
        Assert.DoesNotContain(lines, line => line.GetRawText().Contains("Zq-planted", StringComparison.Ordinal));
        Assert.Equal(echo, lines.Any(line => Logger(line) == "Npgsql.Command"));
    }

    private static void Reload(IServiceProvider services, Action<LoggingOptions> change)
    {
        var store = services.GetRequiredService<SettingsStore>();
        change(store.Current.Get<LoggingOptions>());
        store.Replace(store.Current);
    }

    private static Task<List<JsonElement>> LogAsync(string level, Action<IServiceProvider> act) => LogWithAsync([$"log-level={level}"], act);

    private static async Task<List<JsonElement>> LogWithAsync(
        string[] settings, Action<IServiceProvider> act, Action<WebApplicationBuilder>? build = null)
    {
        var output = new MemoryStream();
        await using (var service = await TestService.StartAsync(
            settings,
            builder =>
            {
                builder.Services.AddSingleton(_ => new LogLineWriter(output, 1_000));
                build?.Invoke(builder);
            },
            cancellationToken: Token))
        {
            act(service.Services);
        }

        return [.. System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static void LogEach(ILogger logger)
    {
        foreach (var level in (LogLevel[])[LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error])
        {
            logger.Log(level, default, "said", exception: null, (said, _) => said);
        }
    }

    private static string? Logger(JsonElement line) => line.GetProperty("logger").GetString();
}
