using McpModules;
using McpWorker.Media;
using McpWorker.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

public sealed class ModuleTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-139")]
    public async Task A_module_is_one_class_served_under_both_names_between_start_and_stop()
    {
        await using var worker = await StartAsync("probe");
        var probe = ProbeOf(worker);
        await using var everything = await worker.ConnectAsync();
        await using var alone = await worker.ConnectAsync(path: "/mcp/probe");

        var federated = await everything.CallAsync("probe_hello", ("name", "Ann"));
        var own = await alone.CallAsync("hello", ("name", "Bob"));
        var wasRunning = probe.IsRunning;
        await worker.DisposeAsync();

        Assert.Equal("Hello, Ann!", federated.TextOf());
        Assert.Equal("Hello, Bob!", own.TextOf());
        Assert.True(wasRunning);
        Assert.False(probe.IsRunning);
    }

    [Fact]
    [Trait("Requirement", "S-138")]
    public async Task Only_modules_the_setting_names_are_there()
    {
        await using var worker = await StartAsync("media");
        await using var client = await worker.ConnectAsync();

        var tools = await client.ListToolsAsync(cancellationToken: Token);

        Assert.All(tools, tool => Assert.StartsWith("media_", tool.Name, StringComparison.Ordinal));
        Assert.NotEmpty(tools);
        Assert.False(ProbeOf(worker).IsRunning);
    }

    [Fact]
    [Trait("Requirement", "S-138")]
    public void An_unknown_module_stops_the_start_and_is_named_beside_the_known_ones()
    {
        Module[] known = [new ProbeModule(), new MediaModule()];
        var services = new ServiceCollection().Configure<ModuleOptions>(modules => modules.Enabled = ["media", "nope"]).BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<ModuleOptions>>();

        var failure = Assert.Throws<SettingsException>(() => new EnabledModules(known, options));

        Assert.Contains("'nope'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Known are: media, probe", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-142")]
    public async Task An_ailing_module_degrades_the_worker_and_spares_the_others()
    {
        await using var worker = await StartAsync("media", "probe");
        ProbeOf(worker).Ailment = "its motor is off";
        await using var client = await worker.ConnectAsync();

        var report = await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "modules", Token);
        var others = await client.CallAsync("media_list");

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains("probe: its motor is off", report.Entries["modules"].Description, StringComparison.Ordinal);
        Assert.True(others.IsError is not true);
    }

    [Fact]
    public async Task Resources_are_for_callers_with_the_servers_permission()
    {
        await using var worker = await StartAsync("probe");
        await using var allowed = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:probe/resources:*"));
        await using var others = await worker.ConnectAsync(WorkerApp.Caller("bob", "tool:media/*:*"));

        var seen = await allowed.ListResourcesAsync(cancellationToken: Token);
        var motto = await allowed.ReadResourceAsync("probe://motto", cancellationToken: Token);
        var hidden = await others.ListResourcesAsync(cancellationToken: Token);

        Assert.Equal("probe://motto", Assert.Single(seen).Uri);
        Assert.Equal("Measure twice.", Assert.IsType<TextResourceContents>(Assert.Single(motto.Contents)).Text);
        Assert.Empty(hidden);
        await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(
            async () => await others.ReadResourceAsync("probe://motto", cancellationToken: Token));
    }

    [Theory]
    [Trait("Requirement", "S-057")]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task The_server_tells_the_product_version(string version)
    {
        await using var worker = await StartAsync("media");
        await using var client = await worker.ConnectAsync(version: version);

        Assert.Equal(ProductVersion.Current, client.ServerInfo?.Version);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
    }

    [Fact]
    [Trait("Requirement", "S-143")]
    public async Task Tools_describe_themselves_to_models()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        var tools = (await client.ListToolsAsync(cancellationToken: Token)).ToDictionary(tool => tool.Name, tool => tool.ProtocolTool, StringComparer.Ordinal);

        Assert.Equal(["content", "title", "media_type", "tags", "language", "encoding"], Arguments(tools["media_ingest"]));
        Assert.Equal(["media_type", "limit", "cursor", "tags", "language"], Arguments(tools["media_list"]));
        Assert.Equal(["query", "media_type", "limit", "cursor", "tags", "language"], Arguments(tools["media_search"]));
        Assert.Equal(["id"], Arguments(tools["media_get"]));
        Assert.Equal(["id"], Arguments(tools["media_delete"]));
        Assert.Equal(["query", "limit", "tags", "media_type", "language", "since"], Arguments(tools["rag_query"]));
        Assert.True(tools["media_delete"].Annotations!.DestructiveHint);
        Assert.All(
            tools.Values.Where(tool => tool.Name is not ("media_ingest" or "media_delete")),
            tool => Assert.True(tool.Annotations!.ReadOnlyHint));
        Assert.All(tools.Values, tool => Assert.NotNull(tool.OutputSchema));
    }

    private static IEnumerable<string> Arguments(Tool tool) => tool.InputSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name);

    private static ProbeModule ProbeOf(WorkerApp worker) => worker.Services.GetServices<Module>().OfType<ProbeModule>().Single();

    private Task<WorkerApp> StartAsync(params string[] enabled) =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = enabled }, services => services.AddModule<ProbeModule>());
}
