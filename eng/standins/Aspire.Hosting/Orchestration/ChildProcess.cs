using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>What to start: the environment is complete, nothing is added to it but <see cref="RunMark"/>.</summary>
internal sealed record ProcessSpec(
    string Command,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// One started process, leader of its own session and process group: Ctrl+C at the terminal does not reach it, and a
/// signal to the group reaches all that it starts.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Watchdog _watchdog;
    private readonly bool _leadsGroup;

    private ChildProcess(Process process, Watchdog watchdog, bool leadsGroup, LineSink sink)
    {
        _process = process;
        _watchdog = watchdog;
        _leadsGroup = leadsGroup;
        Id = process.Id;
        Exited = WaitAsync(
            LinePump.Start(process.StandardOutput.BaseStream, isError: false, sink),
            LinePump.Start(process.StandardError.BaseStream, isError: true, sink));
    }

    public int Id { get; }

    /// <summary>The exit code (128 + n after signal n), once the process and its group are gone and its output is read.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="DistributedApplicationException">The program or the working folder is missing, or may not be run.</exception>
    public static ChildProcess Start(ProcessSpec spec, RunMark mark, Watchdog watchdog, LineSink sink)
    {
        if (!Directory.Exists(spec.WorkingDirectory))
        {
            throw new DistributedApplicationException(
                $"The working folder '{spec.WorkingDirectory}' does not exist. Create it, or correct it in the AppHost.");
        }

        var program = CommandPath.Resolve(spec.Command, spec.WorkingDirectory, spec.Environment);
        var (file, leading) = OwnSession.Wrap(program);
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = spec.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var argument in leading.Concat(spec.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[RunMark.Variable] = mark.Value;

        try
        {
            var process = Process.Start(start)!;
            var leadsGroup = leading.Length > 0;

            if (leadsGroup)
            {
                watchdog.Add(process.Id);
            }

            process.StandardInput.Close();
            return new ChildProcess(process, watchdog, leadsGroup, sink);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DistributedApplicationException($"The program '{program}' could not be started: {exception.Message}.", exception);
        }
    }

    /// <summary>
    /// SIGTERM; SIGINT at half the grace, which PostgreSQL takes as "do not wait for clients"; SIGKILL at its end. Returns
    /// when the process is gone.
    /// </summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider clock)
    {
        if (!OperatingSystem.IsWindows())
        {
            Signal(UnixSignal.Terminate);

            if (await EndsWithinAsync(grace / 2, clock))
            {
                return;
            }

            Signal(UnixSignal.Interrupt);

            if (await EndsWithinAsync(grace / 2, clock))
            {
                return;
            }
        }

        Kill();
        await Exited;
    }

    public void Kill()
    {
        if (_leadsGroup && !OperatingSystem.IsWindows())
        {
            UnixSignal.SendToGroup(Id, UnixSignal.Kill);
        }
        else if (!Exited.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            Kill();
            await Exited;
        }

        _process.Dispose();
    }

    private void Signal(int signal)
    {
        if (OperatingSystem.IsWindows() || Exited.IsCompleted)
        {
            return;
        }

        if (_leadsGroup)
        {
            UnixSignal.SendToGroup(Id, signal);
        }
        else
        {
            UnixSignal.Send(Id, signal);
        }
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time, TimeProvider clock)
    {
        try
        {
            await Exited.WaitAsync(time, clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<int> WaitAsync(Task standardOutput, Task standardError)
    {
        await _process.WaitForExitAsync();

        if (_leadsGroup && !OperatingSystem.IsWindows())
        {
            // What the process started and left behind in its group goes with it; it would also hold the output pipes open.
            UnixSignal.SendToGroup(Id, UnixSignal.Kill);
            _watchdog.Remove(Id);
        }

        // A descendant in a session of its own may still hold the pipes: its output is not worth waiting for.
        await Task.WhenAny(Task.WhenAll(standardOutput, standardError), Task.Delay(TimeSpan.FromSeconds(1)));
        return _process.ExitCode;
    }
}
