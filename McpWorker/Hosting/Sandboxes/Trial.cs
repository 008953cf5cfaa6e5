using System.ComponentModel;
using System.Diagnostics;
using McpWorker.Hosting.Output;
using McpWorker.Hosting.Processes;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>
/// Runs a command that does nothing, to see whether what is around it works on this machine. Success is remembered; a machine
/// that was too busy, or lacked something, is asked again by the next start.
/// </summary>
internal sealed class Trial(Func<IReadOnlyList<string>> line)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private volatile bool _works;

    /// <returns>Null when it worked, else why not.</returns>
    public async Task<string?> ObstacleAsync()
    {
        if (_works)
        {
            return null;
        }

        var obstacle = await RunAsync(line());
        _works = obstacle is null;
        return obstacle;
    }

    private static async Task<string?> RunAsync(IReadOnlyList<string> line)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        try
        {
            using var process = await ProcessStarter.StartAsync(start);
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Within);
            try
            {
                var said = await process.StandardError.ReadToEndAsync(patience.Token);
                await process.WaitForExitAsync(patience.Token);
                return process.ExitCode == 0 ? null : $"`{line[0]}` says: {PlainText.Of(said.Trim(), 300)}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return $"`{line[0]}` did not end within {Within.TotalSeconds:0} s";
            }
            finally
            {
                Orphans.Forget(process.Id);
            }
        }
        catch (Win32Exception exception)
        {
            return $"`{line[0]}` cannot be run ({exception.Message}); is it installed?";
        }
    }
}
