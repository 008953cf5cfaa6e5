using System.Text.RegularExpressions;

namespace AppHost.Tests.Repository;

/// <summary>No real secret enters the repository (S-044).</summary>
public sealed partial class SecretScanTests
{
    private static readonly string Root = AppHostProcess.RepositoryRoot;

    // Content hashes of packages and fixed vectors are random-looking by nature.
    private static readonly string[] Exempt = ["packages.lock.json", "aspire-manifest.json"];

    [Theory]
    [InlineData(".env")]
    [InlineData(".env.production")]
    [InlineData("admin_token")]
    [InlineData(".backup-pass")]
    [InlineData("server.pem")]
    [InlineData("tls.key")]
    [InlineData(".local/admin.key")]
    [Trait("Requirement", "S-044")]
    public void Files_that_hold_secrets_are_ignored(string path) => Assert.True(RepositoryFiles.IsIgnored(path), path);

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/env/mcp.env.example")]
    [Trait("Requirement", "S-044")]
    public void Samples_are_not(string path) => Assert.False(RepositoryFiles.IsIgnored(path), path);

    [Fact]
    [Trait("Requirement", "S-043")]
    [Trait("Requirement", "S-044")]
    public void No_tracked_file_assigns_a_random_looking_value_to_a_secret()
    {
        var findings =
            from path in RepositoryFiles.Tracked()
            where !Exempt.Contains(Path.GetFileName(path)) && File.Exists(Path.Combine(Root, path))
            from Match assignment in Assignment.Matches(File.ReadAllText(Path.Combine(Root, path)))
            let value = assignment.Groups["value"].Value
            where Entropy(value) > 4.0
            select $"{path}: {assignment.Groups["name"].Value}";

        Assert.Empty(findings);
    }

    [Fact]
    [Trait("Requirement", "S-044")]
    public void The_scan_would_find_one()
    {
        var planted = "MCP_JWT_SECRET=" + string.Concat("q7Xv9LmZp2", "Rt5Wc8Yb4N", "k6Hd3Jf1Gs0A");

        var match = Assert.Single(Assignment.Matches(planted));

        Assert.True(Entropy(match.Groups["value"].Value) > 4.0);
    }

    /// <summary>Shannon entropy in bits per character.</summary>
    private static double Entropy(string text) => text.GroupBy(character => character)
        .Select(group => group.Count() / (double)text.Length)
        .Sum(share => -share * Math.Log2(share));

    [GeneratedRegex("""(?<name>(?i)[A-Za-z_]*(secret|password|salt|passphrase|token|api_?key)[A-Za-z_]*)["']?\s*[:=]\s*["']?(?<value>[A-Za-z0-9+/=_-]{24,})(?![A-Za-z0-9(.])""", RegexOptions.None, 1000)]
    private static partial Regex Assignment { get; }
}
