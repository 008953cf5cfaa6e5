using System.Diagnostics;

namespace Testing;

/// <summary>PostgreSQL refuses to run as root, so root's tests run it as the user <c>postgres</c>.</summary>
internal static class ServerUser
{
    public static string Name { get; } = Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;

    /// <summary>The words before a command that make it run as <see cref="Name"/> and end with the test process.</summary>
    public static string[] Command(string? parentDeathSignal = null) => !OperatingSystem.IsLinux() ? [] :
    [
        "setpriv",
        .. parentDeathSignal is null ? (string[])[] : ["--pdeathsig", parentDeathSignal],
        .. Environment.IsPrivilegedProcess ? (string[])["--reuid=postgres", "--regid=postgres", "--init-groups"] : [],
        "--",
    ];

    /// <summary>Runs a command to its end as that user.</summary>
    /// <returns>Whether it exited with 0.</returns>
    public static async Task<bool> TryRunAsync(string[] command, CancellationToken cancellationToken)
    {
        var (exitCode, _) = await ExecuteAsync(command, cancellationToken);
        return exitCode == 0;
    }

    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ExecuteAsync(command, cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} exited with {exitCode}:\n{output}");
        }
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(string[] command, CancellationToken cancellationToken)
    {
        string[] line = [.. Command(), .. command];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;

        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        return (process.ExitCode, await output + await errors);
    }
}
