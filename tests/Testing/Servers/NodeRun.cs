using System.Diagnostics;
using Xunit;

namespace Testing;

/// <summary>One run of a Node program of eng/conformance, to its end.</summary>
/// <param name="Output">Both streams, as they came.</param>
public sealed record NodeRun(int ExitCode, string Output)
{
    public static async Task<NodeRun> ToEndAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(NodePrograms.Node, arguments)
        {
            WorkingDirectory = NodePrograms.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new NodeRun(process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
