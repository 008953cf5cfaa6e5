using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Logging;

namespace ServiceDefaults.Tests.Logging;

public sealed class LogLevelTests
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

    private static async Task<List<JsonElement>> LogAsync(string level, Action<IServiceProvider> act)
    {
        var output = new MemoryStream();
        await using (var service = await TestService.StartAsync(
            [$"log-level={level}"], builder => builder.Services.AddSingleton(_ => new LogLineWriter(output, 1_000)), cancellationToken: Token))
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
