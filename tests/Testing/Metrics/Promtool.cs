using System.Diagnostics;

namespace Testing;

/// <summary>Prometheus' own checker, from the Debian package <c>prometheus</c>.</summary>
public static class Promtool
{
    /// <summary>What it objects to in a scrape, one line each.</summary>
    public static async Task<string[]> CheckMetricsAsync(string scrape, CancellationToken cancellationToken)
    {
        var (_, output) = await RunAsync(["check", "metrics"], scrape, cancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Whether it can read a file of rules, and what it says.</summary>
    public static async Task<(bool IsGood, string Output)> CheckRulesAsync(string file, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync(["check", "rules", file], "", cancellationToken);
        return (exitCode == 0, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, string input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
