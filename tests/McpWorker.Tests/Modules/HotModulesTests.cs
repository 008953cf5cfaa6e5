using System.ComponentModel;
using McpModules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

/// <summary>MCP_MODULES_ENABLED and MCP_MODULE_TIMEOUT are followed while calls run.</summary>
[Trait("Category", "Config")]
public sealed class HotModulesTests(PostgresServer postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("worker-settings-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task A_module_that_is_enabled_starts_and_one_that_is_disabled_is_gone()
    {
        await using var worker = await StartAsync("enabled: [media]");
        var before = await ToolsAsync(worker);

        Write("enabled: [probe]");
        await LoggedAsync(worker, "module_started", "probe");
        await LoggedAsync(worker, "module_stopped", "media");
        var after = await ToolsAsync(worker);

        Assert.All(before, tool => Assert.StartsWith("media_", tool, StringComparison.Ordinal));
        Assert.NotEmpty(after);
        Assert.All(after, tool => Assert.StartsWith("probe_", tool, StringComparison.Ordinal));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await worker.ConnectAsync(path: "/mcp/media"));
        await using var client = await worker.ConnectAsync(path: "/mcp/probe");
        Assert.Equal("Hello, Ann!", (await client.CallAsync("hello", ("name", "Ann"))).TextOf());
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task A_running_call_ends_before_its_module_does()
    {
        await using var worker = await StartAsync("enabled: [media, slow]");
        var slow = Find<SlowModule>(worker);
        await using var client = await worker.ConnectAsync();
        var running = client.CallAsync("slow_wait").AsTask();
        await slow.Entered.Task.WaitAsync(Token);

        Write("enabled: [media]");
        await LoggedAsync(worker, "config_reloaded");
        await HiddenAsync(worker, "slow_wait");
        var wasRunning = slow.IsRunning;
        slow.Release.SetResult();

        Assert.Equal("done", (await running).TextOf());
        await LoggedAsync(worker, "module_stopped", "slow");
        Assert.Equal((true, false), (wasRunning, slow.IsRunning));
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public async Task An_unknown_module_stops_the_whole_reload()
    {
        await using var worker = await StartAsync("enabled: [media]");

        Write("enabled: [probe, nope]");
        var refused = await LoggedAsync(worker, "config_reload_failed");

        Assert.Contains("'nope'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Known are: ", refused.Message, StringComparison.Ordinal);
        Assert.All(await ToolsAsync(worker), tool => Assert.StartsWith("media_", tool, StringComparison.Ordinal));
        Assert.False(Find<ProbeModule>(worker).IsRunning);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public async Task A_module_that_does_not_start_is_left_out_until_the_next_reload()
    {
        await using var worker = await StartAsync("enabled: [media]");
        var slow = Find<SlowModule>(worker);
        slow.RefusesToStart = true;

        Write("enabled: [media, probe, slow]");
        await LoggedAsync(worker, "module_start_failed", "slow");
        await LoggedAsync(worker, "module_started", "probe");
        var without = await ToolsAsync(worker);
        var health = await HealthAsync(worker);
        slow.RefusesToStart = false;
        Write("{enabled: [media, probe, slow], timeout: 50}");
        await LoggedAsync(worker, "module_started", "slow");

        Assert.DoesNotContain("slow_wait", without, StringComparer.Ordinal);
        Assert.Contains("media_list", without, StringComparer.Ordinal);
        Assert.Contains("probe_hello", without, StringComparer.Ordinal);
        Assert.Contains("slow: It did not start", health, StringComparison.Ordinal);
        Assert.Contains("slow_wait", await ToolsAsync(worker), StringComparer.Ordinal);
        Assert.DoesNotContain("slow", await HealthAsync(worker), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task A_shorter_time_limit_counts_for_the_next_call()
    {
        await using var worker = await StartAsync("{enabled: [probe], timeout: 3600}");
        await using var client = await worker.ConnectAsync();

        Write("{enabled: [probe], timeout: 1}");
        await LoggedAsync(worker, "config_reloaded");
        var stopped = await client.CallAsync("probe_linger");

        Assert.True(stopped.IsError);
        Assert.Contains("did not answer within 1 s", stopped.TextOf(), StringComparison.Ordinal);
    }

    /// <summary>Whoever stops the worker does not wait for calls of a module that is on its way out.</summary>
    [Fact]
    public async Task A_worker_stops_while_a_module_waits_for_its_last_call()
    {
        var worker = await StartAsync("enabled: [media, slow]");
        var slow = Find<SlowModule>(worker);
        await using var client = await worker.ConnectAsync();
        var running = client.CallAsync("slow_wait").AsTask();
        await slow.Entered.Task.WaitAsync(Token);

        Write("enabled: [media]");
        await LoggedAsync(worker, "config_reloaded");
        await HiddenAsync(worker, "slow_wait");
        slow.Release.SetResult();
        await running;
        await worker.DisposeAsync();

        Assert.False(slow.IsRunning);
        Assert.Equal(1, slow.Stops);
    }

    private async Task<WorkerApp> StartAsync(string modules)
    {
        foreach (var file in new[] { "config.yaml", "development.yaml", "production.yaml" })
        {
            File.WriteAllText(Path.Combine(_folder, file), "# nothing");
        }

        Write(modules);
        var worker = await WorkerApp.StartAsync(
            postgres,
            configure: services => services
                .AddModule<ProbeModule>()
                .AddModule<SlowModule>()
                .AddOptions<ModuleOptions>()
                .PostConfigure<SettingsStore>((options, store) =>
                {
                    // The files count here, not the fixture's choice.
                    options.Enabled = store.Current.Get<ModuleOptions>().Enabled;
                    options.TimeoutSeconds = store.Current.Get<ModuleOptions>().TimeoutSeconds;
                }),
            settings: new() { ["MCP_CONFIG_DIR"] = _folder });
        worker.StartServer();
        return worker;
    }

    private void Write(string modules) => File.WriteAllText(
        Path.Combine(_folder, "config.local.yaml"), modules.StartsWith('{') ? $"modules: {modules}" : $"modules:\n  {modules}\n");

    private static TModule Find<TModule>(WorkerApp worker)
        where TModule : Module => worker.Services.GetServices<Module>().OfType<TModule>().Single();

    private static Task<LoggedEntry> LoggedAsync(WorkerApp worker, string name, string? module = null) => worker.Log.WaitForAsync(
        entry => entry.Event.Name == name && (module is null || Equals(entry.Fields["Module"], module)), Token);

    private static async Task<IReadOnlyList<string>> ToolsAsync(WorkerApp worker)
    {
        await using var client = await worker.ConnectAsync();
        return [.. (await client.ListToolsAsync(cancellationToken: Token)).Select(tool => tool.Name)];
    }

    private static async Task HiddenAsync(WorkerApp worker, string tool)
    {
        while ((await ToolsAsync(worker)).Contains(tool, StringComparer.Ordinal))
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<string> HealthAsync(WorkerApp worker) =>
        (await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "modules", Token))
            .Entries["modules"].Description ?? "";

    /// <summary>A module whose one call lasts as long as the test wants, and that starts only if the test lets it.</summary>
    [McpServerToolType]
    private sealed class SlowModule : Module
    {
        public override string Name => "slow";

        public bool IsRunning { get; private set; }

        public int Stops { get; private set; }

        public bool RefusesToStart { get; set; }

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task StartAsync(IServiceProvider services, CancellationToken cancellationToken)
        {
            IsRunning = !RefusesToStart;
            return RefusesToStart ? throw new InvalidOperationException("no motor") : Task.CompletedTask;
        }

        public override Task StopAsync(CancellationToken cancellationToken)
        {
            IsRunning = false;
            Stops++;
            return Task.CompletedTask;
        }

        [McpServerTool(Name = "wait"), Description("Waits.")]
        public async Task<string> WaitAsync(CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await Release.Task.WaitAsync(cancellationToken);
            return "done";
        }
    }
}
