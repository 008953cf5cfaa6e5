using Testing;

namespace AppHost.Tests.Start;

/// <summary>What happens to a user who starts, stops, kills and breaks the platform on one machine.</summary>
public sealed class StartTests : IDisposable
{
    // The space is on purpose: people clone below folders like "My Projects".
    private readonly string _state = Path.Combine(Path.GetTempPath(), $"mcp start {Guid.NewGuid():N}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-003")]
    public async Task A_stopped_platform_keeps_its_data_and_its_key()
    {
        string key;
        await using (var first = AppHostProcess.Start(AppHostProcess.Isolated(_state)))
        {
            await first.WaitForLineAsync("Ready.", Token);
            key = await File.ReadAllTextAsync(Path.Combine(_state, "admin.key"), Token);
            first.Signal(Native.Interrupt);
            Assert.Equal(0, await first.WaitForExitAsync(Token));
        }

        Assert.Empty(AppHostProcess.ProcessesOf(_state));
        await using var second = AppHostProcess.Start(AppHostProcess.Isolated(_state));
        await second.WaitForLineAsync("Ready.", Token);

        Assert.Equal(key, await File.ReadAllTextAsync(Path.Combine(_state, "admin.key"), Token));
    }

    [Fact]
    [Trait("Requirement", "S-003")]
    public async Task Nothing_survives_a_killed_AppHost_and_the_next_start_recovers()
    {
        await using (var killed = AppHostProcess.Start(AppHostProcess.Isolated(_state)))
        {
            await killed.WaitForLineAsync("Ready.", Token);
            killed.Signal(Native.KillNow);
            await killed.WaitForExitAsync(Token);
        }

        await NothingLeftAsync(TimeSpan.FromSeconds(2));
        await using var next = AppHostProcess.Start(AppHostProcess.Isolated(_state));
        await next.WaitForLineAsync("Ready.", Token);
    }

    [Fact]
    [Trait("Requirement", "S-019")]
    public async Task The_gateway_listens_where_MCP_PORT_says_and_a_taken_port_is_named()
    {
        var port = FreePort.Next();
        string[] arguments = [.. AppHostProcess.Isolated(_state), "--DcpPublisher:RandomizePorts=false", $"--MCP_PORT={port}", $"--MCP_METRICS_PORT={FreePort.Next()}"];
        await using var first = AppHostProcess.Start(arguments);
        await first.WaitForLineAsync("Ready.", Token);
        Assert.Contains($"http://localhost:{port}/mcp", first.Output, StringComparison.Ordinal);

        string[] elsewhere = [.. arguments, $"--LocalState={_state}-second"];
        await using (var second = AppHostProcess.Start(elsewhere))
        {
            await second.WaitForLineAsync($"Port {port} of endpoint 'http' of resource 'gateway' is in use", Token);
        }

        Directory.Delete($"{_state}-second", recursive: true);
    }

    [Fact]
    [Trait("Category", "Long")]
    [Trait("Requirement", "S-003")]
    public async Task Killed_at_any_moment_of_its_start_it_leaves_nothing_and_starts_again()
    {
        for (var milliseconds = 250; milliseconds <= 5000; milliseconds += 250)
        {
            await using (var killed = AppHostProcess.Start(AppHostProcess.Isolated(_state)))
            {
                // The moment of the kill is what varies here, so it has to be a time.
                await Task.Delay(milliseconds, Token);
                killed.Signal(Native.KillNow);
                await killed.WaitForExitAsync(Token);
            }

            await NothingLeftAsync(TimeSpan.FromSeconds(2));
        }

        await using var next = AppHostProcess.Start(AppHostProcess.Isolated(_state));
        await next.WaitForLineAsync("Ready.", Token);
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_state_is_told_who_holds_it()
    {
        await using var first = AppHostProcess.Start(AppHostProcess.Isolated(_state));
        await first.WaitForLineAsync("Ready.", Token);

        await using var second = AppHostProcess.Start(AppHostProcess.Isolated(_state));

        Assert.NotEqual(0, await second.WaitForExitAsync(Token));
        Assert.Contains(first.Id.ToString(), second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_of_another_PostgreSQL_version_is_named_and_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(_state, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(_state, "postgres", "PG_VERSION"), "9\n", Token);

        await using var host = AppHostProcess.Start(AppHostProcess.Isolated(_state));
        await host.WaitForLineAsync("holds data of PostgreSQL 9", Token);

        Assert.Equal("9\n", await File.ReadAllTextAsync(Path.Combine(_state, "postgres", "PG_VERSION"), Token));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [Trait("Requirement", "S-021")]
    public async Task An_impossible_number_of_workers_is_refused_by_name(string workers)
    {
        await using var host = AppHostProcess.Start([.. AppHostProcess.Isolated(_state), $"--MCP_WORKERS={workers}"]);

        Assert.NotEqual(0, await host.WaitForExitAsync(Token));
        Assert.Contains("MCP_WORKERS", host.Output, StringComparison.Ordinal);
        Assert.Empty(AppHostProcess.ProcessesOf(_state));
    }

    [Fact]
    public async Task A_service_that_exits_at_start_is_shown_with_its_reason()
    {
        await using var host = AppHostProcess.Start(AppHostProcess.Isolated(_state), new Dictionary<string, string?> { ["MCP_AUTH_MODE"] = "foo" });

        await host.WaitForLineAsync("MCP_AUTH_MODE", Token);
    }

    public void Dispose()
    {
        if (Directory.Exists(_state))
        {
            Directory.Delete(_state, recursive: true);
        }
    }

    private async Task NothingLeftAsync(TimeSpan limit)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (AppHostProcess.ProcessesOf(_state) is { Count: > 0 } left)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < limit, string.Join('\n', left));
            await Task.Yield();
        }
    }
}
