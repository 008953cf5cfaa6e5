using System.ComponentModel;
using McpModules;
using McpWorker.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

public sealed class ToolVersionTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-153")]
    public async Task Both_versions_are_listed_with_version_and_deprecation()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var tools = (await client.ListToolsAsync(cancellationToken: Token)).ToDictionary(tool => tool.Name, tool => tool.ProtocolTool, StringComparer.Ordinal);

        Assert.Equal(["echo_say", "echo_say_v1"], tools.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("2.0", false), VersionOf(tools["echo_say"]));
        Assert.Equal(("1.0", true), VersionOf(tools["echo_say_v1"]));
        Assert.Equal("2027-03-01", tools["echo_say_v1"].Meta!["deprecated_as_of"]!.GetValue<string>());
        Assert.Equal("Deprecated as of 2027-03-01: call echo_say instead. Says it again.", tools["echo_say_v1"].Description);
        Assert.Equal("Says it again.", tools["echo_say"].Description);
    }

    [Fact]
    [Trait("Requirement", "S-153")]
    public async Task The_plain_name_is_the_newest_and_the_older_one_can_be_chosen()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        await using var alone = await worker.ConnectAsync(path: "/mcp/echo");

        var older = await client.CallAsync("echo_say_v1", ("param", "hi"));
        var newest = (await client.CallAsync("echo_say", ("param", "hi"), ("options", new { times = 2 }))).Data();
        var plain = (await client.CallAsync("echo_say", ("param", "hi"))).Data();
        var own = await alone.CallAsync("say_v1", ("param", "ho"));

        Assert.Equal("hi", older.TextOf());
        Assert.Null(older.StructuredContent);
        Assert.Equal("hi hi", newest.GetProperty("text").GetString());
        Assert.Equal("hi", plain.GetProperty("text").GetString());
        Assert.Equal("ho", own.TextOf());
    }

    [Fact]
    [Trait("Requirement", "S-154")]
    public async Task Each_call_of_a_deprecated_version_is_logged_and_counted_apart()
    {
        await using var worker = await StartAsync();
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        await client.CallAsync("echo_say_v1", ("param", "hi"));
        await client.CallAsync("echo_say_v1", ("param", "hi"));
        await client.CallAsync("echo_say", ("param", "hi"));

        var warnings = worker.Log.Entries.Where(entry => entry.Event.Name == "deprecated_tool_called").ToList();
        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, warning => Assert.Equal(
            (LogLevel.Warning, "echo_say_v1", "1.0", "ann"), (warning.Level, warning.Fields["Tool"], warning.Fields["ToolVersion"], warning.Fields["Caller"])));
        Assert.Equal(
            ["tool=echo_say version=2.0 result=success", "tool=echo_say_v1 version=1.0 result=success"], metrics.Series("tools_executed_total"));
    }

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData(typeof(SameName), "two tools 'say'")]
    [InlineData(typeof(SameMajor), "two tools 'say_v1'")]
    [InlineData(typeof(NoVersion), "'one'; write major.minor")]
    [InlineData(typeof(NoDate), "'soon'; write a day")]
    public void A_module_whose_tools_cannot_be_told_apart_does_not_start(Type tools, string reason)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => ModuleOffer.Of(new Made(tools), new ServiceCollection().BuildServiceProvider()));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("odd", refused.Message, StringComparison.Ordinal);
    }

    private static (string Version, bool Deprecated) VersionOf(Tool tool) =>
        (tool.Meta!["version"]!.GetValue<string>(), tool.Meta["deprecated"]!.GetValue<bool>());

    private Task<WorkerApp> StartAsync() =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["echo"] }, services => services.AddModule<EchoModule>());

    private sealed class Made(Type tools) : Module
    {
        public override string Name => "odd";

        public override IReadOnlyList<Type> ToolTypes => [tools];
    }

    private static class SameName
    {
        [McpServerTool(Name = "say"), Description("A.")]
        public static string A() => "a";

        [McpServerTool(Name = "say"), Description("B.")]
        public static string B() => "b";
    }

    private static class SameMajor
    {
        [McpServerTool(Name = "say"), ToolVersion("1.0"), Description("A.")]
        public static string A() => "a";

        [McpServerTool(Name = "say"), ToolVersion("1.1"), Description("B.")]
        public static string B() => "b";

        [McpServerTool(Name = "say"), ToolVersion("2.0"), Description("C.")]
        public static string C() => "c";
    }

    private static class NoVersion
    {
        [McpServerTool(Name = "say"), ToolVersion("one"), Description("A.")]
        public static string A() => "a";
    }

    private static class NoDate
    {
        [McpServerTool(Name = "say"), ToolVersion("1.0", Deprecated = "soon"), Description("A.")]
        public static string A() => "a";
    }
}
