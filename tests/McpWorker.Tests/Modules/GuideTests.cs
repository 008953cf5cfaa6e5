using System.Text.RegularExpressions;
using McpModules;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using SampleModule;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

/// <summary>Pages for people who write modules and servers say nothing that is not compiled and does not run.</summary>
[Trait("Requirement", "S-139")]
public sealed partial class GuideTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("docs/modules.md", true)]
    [InlineData("README.md", false)]
    public void Code_on_the_page_is_code_of_a_sample(string path, bool allOfIt)
    {
        var page = File.ReadAllText(PathOf(path));
        var blocks = Block().Matches(page);

        Assert.True(allOfIt ? blocks.Count == page.Split("```csharp").Length - 1 : blocks.Count > 0);
        Assert.All(blocks, block => Assert.Contains(
            block.Groups["code"].Value, File.ReadAllText(PathOf(block.Groups["file"].Value)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sample_does_what_the_page_says()
    {
        await using var worker = await WorkerApp.StartAsync(
            postgres, new ModuleOptions { Enabled = ["glossary"], MaxRetries = 1 }, services => services.AddModule<GlossaryModule>());
        await using var client = await worker.ConnectAsync();

        var unknown = await client.CallAsync("glossary_define", ("word", "berth"));
        await client.CallAsync("glossary_add", ("word", "berth"), ("meaning", "A place for a ship."));
        var defined = (await client.CallAsync("glossary_define", ("word", "berth"))).Data();
        var older = await client.CallAsync("glossary_define_v1", ("word", "berth"));
        var words = await client.ReadResourceAsync("glossary://words", cancellationToken: Token);
        var prompt = await client.GetPromptAsync("glossary_explain", new Dictionary<string, object?>(StringComparer.Ordinal) { ["topic"] = "fees" }, cancellationToken: Token);
        worker.Services.GetRequiredService<Glossary>().IsReachable = false;
        var away = await client.CallAsync("glossary_define_v1", ("word", "berth"));

        Assert.StartsWith("'berth' is not in the glossary. Add it with glossary_add.", unknown.TextOf(), StringComparison.Ordinal);
        Assert.Equal("A place for a ship.", defined.GetProperty("meaning").GetString());
        Assert.Equal("A place for a ship.", older.TextOf());
        Assert.Equal("berth", Assert.IsType<TextResourceContents>(Assert.Single(words.Contents)).Text);
        Assert.Contains("Explain fees", Assert.IsType<TextContentBlock>(Assert.Single(prompt.Messages).Content).Text, StringComparison.Ordinal);
        Assert.StartsWith("The glossary cannot be reached now.", away.TextOf(), StringComparison.Ordinal);
        Assert.Contains(worker.Log.Entries, entry => entry.Event.Name == "deprecated_tool_called");
        Assert.Single(worker.Log.Entries, entry => entry.Event.Name == "tool_retried");
    }

    private static string PathOf(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
            {
                return Path.Combine(folder.FullName, name);
            }
        }

        throw new DirectoryNotFoundException($"No Aspire.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex("<!-- (?<file>tests/[^ ]+) -->\n```csharp\n(?<code>.*?\n)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
