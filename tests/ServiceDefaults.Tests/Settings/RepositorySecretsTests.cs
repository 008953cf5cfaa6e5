using System.Diagnostics;
using System.Text.RegularExpressions;
using ServiceDefaults.Settings.Secrets;

namespace ServiceDefaults.Tests.Settings;

/// <summary>No secret is in the repository, and the files that hold secrets cannot be added by mistake.</summary>
[Trait("Category", "Config")]
public sealed partial class RepositorySecretsTests
{
    /// <summary>A line that must hold random-looking text, such as a test vector of a specification, says so with this.</summary>
    private const string Allowed = "not-a-secret";

    private const double RandomBitsPerCharacter = 4.5;

    [Theory]
    [InlineData(".env")]
    [InlineData(".env.production")]
    [InlineData("server.pem")]
    [InlineData("deploy/tls/server.key")]
    [InlineData("admin_token")]
    [InlineData(".backup-pass")]
    [InlineData("backup-passphrase.txt")]
    [InlineData(".local/admin.key")]
    [Trait("Requirement", "S-044")]
    public async Task Files_that_hold_secrets_are_ignored(string path) =>
        Assert.Equal(path, (await GitAsync("check-ignore", path)).Trim());

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/env/mcp.env.example")]
    [InlineData("deploy/env/worker.env")]
    [InlineData("configs/config.local.yaml")]
    [Trait("Requirement", "S-044")]
    public async Task Files_without_secrets_are_not(string path) => Assert.Empty(await GitAsync("check-ignore", path));

    [Fact]
    [Trait("Requirement", "S-044")]
    public async Task Tracked_files_hold_no_secret()
    {
        var files = (await GitAsync("ls-files", "-z")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(files);

        var found = files.Where(IsText).Select(Repository.PathOf).Where(File.Exists).SelectMany(FindSecrets).ToArray();

        // Places only: a test's output is the last place a secret should be copied to.
        Assert.True(found.Length == 0, $"Looks like a secret: {string.Join(", ", found)}. Remove it, or mark the line '{Allowed}'.");
    }

    [Theory]
    [InlineData("MCP_JWT_SECRET={random}")]
    [InlineData("password: \"{random}\"")]
    [InlineData("-----BEGIN {kind} KEY-----")]
    [InlineData("aws_access_key_id = {aws}")]
    [Trait("Requirement", "S-044")]
    public void The_scan_finds_what_it_looks_for(string line)
    {
        var planted = line
            .Replace("{random}", SettingsFixture.Secrets.Jwt + SettingsFixture.Secrets.Salt, StringComparison.Ordinal)
            .Replace("{kind}", "PRIVATE", StringComparison.Ordinal)
            .Replace("{aws}", "AKIA" + "ABCDEFGHIJKLMNOP", StringComparison.Ordinal);

        Assert.True(IsSuspicious(planted));
        Assert.False(IsSuspicious($"{planted} # {Allowed}"));
    }

    private static bool IsText(string file) =>
        !file.EndsWith(".lock.json", StringComparison.Ordinal) && !file.EndsWith("package-lock.json", StringComparison.Ordinal) && Path.GetExtension(file) is not (".png" or ".jpg" or ".ico" or ".woff2" or ".pdf" or ".gz");

    private static IEnumerable<string> FindSecrets(string path) =>
        File.ReadLines(path).Select((line, index) => (line, index)).Where(pair => IsSuspicious(pair.line)).Select(pair => $"{path}:{pair.index + 1}");

    private static bool IsSuspicious(string line) =>
        !line.Contains(Allowed, StringComparison.Ordinal)
        && (KnownForm().IsMatch(line) || LongToken().EnumerateMatches(line) is var matches && AnyRandom(matches, line));

    private static bool AnyRandom(Regex.ValueMatchEnumerator matches, string line)
    {
        foreach (var match in matches)
        {
            var token = line.Substring(match.Index, match.Length);
            if (!IsAlphabet(token) && token.Any(char.IsAsciiDigit) && token.Any(char.IsAsciiLetterLower) && token.Any(char.IsAsciiLetterUpper)
                && KnownSecrets.BitsPerCharacter(token) > RandomBitsPerCharacter)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The digits of some encoding, in order: evenly mixed by design, and no secret.</summary>
    private static bool IsAlphabet(string token) =>
        token.Contains("ABCDEFGHIJ", StringComparison.Ordinal) || token.Contains("abcdefghij", StringComparison.Ordinal);

    private static async Task<string> GitAsync(params string[] arguments)
    {
        // A checkout owned by another user is still this repository.
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", .. arguments]) { WorkingDirectory = Repository.PathOf(""), RedirectStandardOutput = true, UseShellExecute = false };
        using var git = Process.Start(start)!;
        var output = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abpr]-[0-9A-Za-z-]{20}|eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.", RegexOptions.None, 1000)]
    private static partial Regex KnownForm();

    [GeneratedRegex("[A-Za-z0-9+=_-]{32,}", RegexOptions.None, 1000)]
    private static partial Regex LongToken();
}
