using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Testing;

/// <summary>
/// A server that lives exactly as long as the test process: the kernel signals it when the thread that started it ends
/// (PR_SET_PDEATHSIG), and that thread ends only with the process, kill -9 included.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly BlockingCollection<Action> Starts = [];

    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _readyMark;

    static ServerProcess() => new Thread(() =>
    {
        foreach (var start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "server starter" }.Start();

    private ServerProcess(ProcessStartInfo start, string readyMark)
    {
        _readyMark = readyMark;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new ServerStartException(start.FileName, Output));
    }

    /// <summary>The last lines the server wrote.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts the server and waits until it writes <paramref name="readyMark"/>.</summary>
    /// <param name="parentDeathSignal">What it gets when the test process dies: QUIT lets PostgreSQL free its shared memory.</param>
    /// <exception cref="ServerStartException">It ended first; the message holds what it wrote.</exception>
    public static async Task<ServerProcess> StartAsync(
        string[] command, string parentDeathSignal, string readyMark, string input, CancellationToken cancellationToken)
    {
        string[] line = [.. ServerUser.Command(parentDeathSignal), .. command];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";

        var server = new ServerProcess(start, readyMark);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                server._process.Start();
                started.SetResult();
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        }, cancellationToken);
        await started.Task;

        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        await server._process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        server._process.StandardInput.Close();

        try
        {
            await server._ready.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public void Signal(PosixSignalNumber signal)
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, (int)signal);
        }
    }

    public async Task StopAsync(PosixSignalNumber signal, CancellationToken cancellationToken)
    {
        Signal(signal);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        while (_output.Count > 100)
        {
            _output.TryDequeue(out _);
        }

        if (line.Contains(_readyMark, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}

/// <summary>Signals as Linux and macOS on x64 and arm64 number them.</summary>
internal enum PosixSignalNumber
{
    Interrupt = 2,
    Quit = 3,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>A server ended before it was ready.</summary>
public sealed class ServerStartException(string program, string output)
    : Exception($"{program} ended before it was ready. It wrote:\n{output}");
