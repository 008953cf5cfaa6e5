using System.Text.RegularExpressions;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

/// <summary>A setting that nobody reads is a promise nobody keeps.</summary>
[Trait("Category", "Config")]
public sealed partial class ReadSettingsTests
{
    private static readonly string[] Products = ["AppHost", "ServiceDefaults", "McpGateway", "McpWorker", "BackupService"];

    /// <summary>Known to nobody's code by their property, each for its reason.</summary>
    private static readonly string[] Exempt =
    [
        "MCP_JWT_ALGORITHM", // one value is allowed, and the only one there is
    ];

    [Fact]
    public void Every_setting_is_read_by_somebody()
    {
        var read = Products.SelectMany(product => Directory.EnumerateFiles(Repository.PathOf(product), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Mentions().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .ToHashSet(StringComparer.Ordinal);

        var unread = SettingsSchema.Product.Definitions
            .Where(definition => definition.Setting is { Reserved: false, Unenforced: null } && !read.Contains(definition.Property.Name))
            .Select(definition => definition.Name);

        Assert.Equal(Exempt.Order(StringComparer.Ordinal), unread.Order(StringComparer.Ordinal));
    }

    // Any mention outside of comments that is not the declaration itself.
    [GeneratedRegex(@"^\s*//.*$|\b(?<name>[A-Z]\w+)\b(?! \{ get)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mentions();
}
