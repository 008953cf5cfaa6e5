using System.Text.Json.Nodes;

namespace Testing;

/// <summary>One run of the MCP conformance suite against a server with the diagnostics module.</summary>
/// <param name="Passed">Every scored scenario passed.</param>
/// <param name="Scenarios">How many were run, scored or not.</param>
/// <param name="Report">What failed, and the suite's own words.</param>
public sealed record ConformanceRun(bool Passed, int Scenarios, string Report)
{
    /// <summary>Of 0.2, which knows every protocol version.</summary>
    public const string Package = "@modelcontextprotocol/conformance";

    /// <summary>The released one, up to 2025-11-25.</summary>
    public const string ReleasedPackage = "conformance-0.1";

    public static async Task<ConformanceRun> AgainstAsync(string url, string package, params string[] options)
    {
        var results = Directory.CreateTempSubdirectory("mcp-conformance-").FullName;
        try
        {
            var run = await NodeRun.ToEndAsync([NodePrograms.Script($"{package}/dist/index.js"), "server", "--url", url, "-o", results, .. options]);
            return new ConformanceRun(
                run.ExitCode == 0, Directory.GetDirectories(results).Length, $"{string.Join('\n', Failures(results))}\n{run.Output}");
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private static IEnumerable<string> Failures(string results) =>
        from file in Directory.GetFiles(results, "checks.json", SearchOption.AllDirectories)
        from check in JsonNode.Parse(File.ReadAllText(file))!.AsArray()
        where (string?)check!["status"] is "FAILURE"
        select $"{Path.GetFileName(Path.GetDirectoryName(file))}: {check["id"]}: {check["errorMessage"]} {check["details"]?.ToJsonString()}";
}
