using System.Diagnostics;
using McpWorker.Hosting.Output;
using McpWorker.Hosting.Processes;
using McpWorker.Hosting.Sandboxes;
using McpWorker.Servers;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting;

/// <summary>One running process of a hosted server, from its start until the last of its processes is gone.</summary>
internal sealed partial class HostedServerChannel : ServerChannel
{
    private const string Stopped = "it was stopped";

    private static readonly TimeSpan TakesWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWordsWithin = TimeSpan.FromSeconds(2);

    private readonly HostedServerDefinition _server;
    private readonly int _instance;
    private readonly Process _process;
    private readonly SandboxedStart _start;
    private readonly HostedTree _tree;
    private readonly HostedTransport _transport;
    private readonly PrintedLines _printed;
    private readonly ServerOutput _output;
    private readonly HostedServerWatch _watch;
    private readonly HostedServerMetrics _metrics;
    private readonly Watchdog _watchdog;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly long _began;
    private readonly TaskCompletionSource<string> _mustEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _memoryBytes;

    private HostedServerChannel(HostedProcess started, HostedServices services, HostedTransport transport, PrintedLines printed)
        : base(new OneSession(started.Label, transport))
    {
        (_server, _instance, _process, _start) = (started.Server, started.Instance, started.Process, started.Start);
        (_watch, _metrics, _watchdog, _clock) = (services.Watch, services.Metrics, services.Watchdog, services.Clock);
        (_transport, _printed) = (transport, printed);
        _logger = services.Loggers.CreateLogger<HostedServerChannel>();
        _tree = _start.Tree(_process.Id);
        _output = new ServerOutput(printed, _clock);
        _began = _clock.GetTimestamp();
    }

    public override Task<string> Ended => _ended.Task;

    public string Server => _server.Name;

    /// <summary>As of the last look.</summary>
    public long MemoryBytes => Volatile.Read(ref _memoryBytes);

    /// <param name="again">The one before it ended though nobody wanted it to.</param>
    public static async Task<HostedServerChannel> OpenAsync(HostedProcess started, HostedServices services, bool again)
    {
        HostedServerChannel? channel = null;
        var printed = new PrintedLines(started.Server.Name, started.Instance, started.Secrets, services.Clock, services.Loggers.CreateLogger<PrintedLines>());
        var transport = new HostedTransport(
            started.Label, started.Process.StandardInput.BaseStream, started.Server.MaxMessageBytes, () => channel!.Close(), services.Clock, services.Loggers);
        channel = new HostedServerChannel(started, services, transport, printed);
        await channel.BeginAsync(started.Kind, again);
        return channel;
    }

    /// <summary>True when it ended by itself, or had to be ended.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Holds the process to its bounds.</summary>
    public void Check(ProcessTable table)
    {
        var members = _tree.Members(table);
        var bytes = members.Sum(process => ProcessFile.MemoryBytes(process.Id));
        Volatile.Write(ref _memoryBytes, bytes);
        if (_mustEnd.Task.IsCompleted)
        {
            return;
        }

        if (members.Count > _server.MaxProcesses)
        {
            LogProcessesExceeded(_server.Name, _instance, members.Count, _server.MaxProcesses);
            End($"it had {members.Count} processes, more than its {_server.MaxProcesses}");
        }
        else if (bytes > _server.MemoryMiB * 1024L * 1024L)
        {
            LogMemoryExceeded(_server.Name, _instance, bytes, _server.MemoryMiB);
            End($"it used {bytes} bytes of memory, more than its {_server.MemoryMiB} MiB");
        }
        else if (_transport.StuckFor > TakesWithin)
        {
            LogStuck(_server.Name, _instance, TakesWithin.TotalSeconds);
            End($"it did not read its input for {TakesWithin.TotalSeconds:0} s");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Close();
        await Ended;
    }

    private void Close() => _mustEnd.TrySetResult(Stopped);

    private void End(string reason) => _mustEnd.TrySetResult(reason);

    private async Task BeginAsync(SandboxKind kind, bool again)
    {
        LogStarted(_server.Name, _instance, _process.Id, Path.GetFileName(_server.Command), kind);
        _metrics.Started(this, again);
        _watch.Add(this);
        if (_start.Watched(_process.Id) is { } watched)
        {
            await _watchdog.WatchAsync(watched);
        }

        var name = $"{_server.Name} #{_instance}";
        var errors = _output.ReadErrors(_process.StandardError.BaseStream, name);
        var messages = _output.ReadMessages(
            _process.StandardOutput.BaseStream, name, _server.MaxMessageBytes, _transport.Accept,
            () => End($"it printed a message of more than {_server.MaxMessageBytes} bytes"));
        _ = LiveAsync(Task.WhenAll(errors, messages), messages);
    }

    private async Task LiveAsync(Task output, Task messages)
    {
        try
        {
            await UntilEndAsync(output, messages);
        }
        catch (Exception exception)
        {
            // Whoever waits for the end must not wait for ever, whatever went wrong on the way.
            LogEndFailed(exception, _server.Name, _instance);
            HasFailed = true;
            _ended.TrySetResult("its end failed: " + exception.Message);
        }
    }

    private async Task UntilEndAsync(Task output, Task messages)
    {
        var exited = _process.WaitForExitAsync();
        await Task.WhenAny(exited, messages, _mustEnd.Task);
        if (!_mustEnd.Task.IsCompleted && !exited.IsCompleted)
        {
            // It closed its output, as a process does just before it ends; or for good.
            await Task.WhenAny(exited, _mustEnd.Task, Task.Delay(LastWordsWithin, _clock));
            End(exited.IsCompleted ? "" : "it closed its standard output");
        }

        _mustEnd.TrySetResult("");
        var reason = await _mustEnd.Task;
        if (reason.Length > 0)
        {
            // Calls on their way fail now, not when the last process is gone.
            _transport.Disconnect(reason);
        }

        _output.Hurry();
        await EndProcessesAsync(isAsked: reason == Stopped);
        await Task.WhenAny(exited, Task.Delay(LastWordsWithin, _clock));
        await Task.WhenAny(output, Task.Delay(LastWordsWithin, _clock));
        _transport.Disconnect("it ended");
        _printed.End();
        await TellAsync(reason);
        await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private async Task EndProcessesAsync(bool isAsked)
    {
        var end = new TreeEnd(_tree, _clock);
        IReadOnlyList<int> left;
        if (isAsked && !_process.HasExited)
        {
            // Closing a pipe waits for a write that is under way, which may be for ever.
            var closed = Task.Run(CloseInput);
            left = await end.AfterPoliteWordsAsync();
            await Task.WhenAny(closed, Task.Delay(LastWordsWithin, _clock));
        }
        else
        {
            left = await end.AtOnceAsync();
            _ = Task.Run(CloseInput);
        }

        if (!OperatingSystem.IsLinux())
        {
            await EndElsewhereAsync();
        }

        if (left.Count > 0)
        {
            LogProcessesLeft(_server.Name, _instance, string.Join(", ", left));
        }
    }

    /// <summary>Without /proc there is no tree to look at; .NET knows another way, which orphans escape.</summary>
    private async Task EndElsewhereAsync()
    {
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(LastWordsWithin, _clock));
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // What was still to be written has no reader any more.
        }
    }

    private async Task TellAsync(string reason)
    {
        var lifetime = _clock.GetElapsedTime(_began);
        var how = reason.Length > 0 ? reason : ExitReason.Of(_process);
        HasFailed = reason != Stopped;
        _watch.Remove(this);
        _metrics.Ended(this);
        if (_start.Watched(_process.Id) is { } watched)
        {
            await _watchdog.ForgetAsync(watched);
        }

        Orphans.Forget(_process.Id);
        _start.Clear();
        if (HasFailed)
        {
            LogEnded(_server.Name, _instance, how, lifetime.TotalSeconds, _printed.Last);
        }
        else
        {
            LogStopped(_server.Name, _instance, lifetime.TotalSeconds);
        }

        _ended.TrySetResult(_printed.Last.Length > 0 && HasFailed ? $"{how}; its last line on standard error: {_printed.Last}" : how);
    }

    [LoggerMessage(LogLevel.Information, "Started the hosted server {Server} #{Instance} as process {ProcessId}: {Command}, sandbox {Sandbox}", EventName = "hosted_server_started")]
    private partial void LogStarted(string server, int instance, int processId, string command, SandboxKind sandbox);

    [LoggerMessage(LogLevel.Information, "Stopped the hosted server {Server} #{Instance} after {Seconds:0.0} s", EventName = "hosted_server_stopped")]
    private partial void LogStopped(string server, int instance, double seconds);

    [LoggerMessage(LogLevel.Warning, "The hosted server {Server} #{Instance} ended: {Reason}, after {Seconds:0.0} s. Its last line on standard error: {LastLine}", EventName = "hosted_server_ended")]
    private partial void LogEnded(string server, int instance, string reason, double seconds, string lastLine);

    [LoggerMessage(LogLevel.Error, "The hosted server {Server} #{Instance} used {Bytes} bytes of memory, more than its {Limit} MiB, and is ended. Raise its `memory_mb` if it needs that much", EventName = "hosted_server_memory_exceeded")]
    private partial void LogMemoryExceeded(string server, int instance, long bytes, int limit);

    [LoggerMessage(LogLevel.Error, "The hosted server {Server} #{Instance} had {Processes} processes, more than its {Limit}, and is ended. Raise its `max_processes` if it needs that many", EventName = "hosted_server_processes_exceeded")]
    private partial void LogProcessesExceeded(string server, int instance, int processes, int limit);

    [LoggerMessage(LogLevel.Error, "The hosted server {Server} #{Instance} did not read its input for {Seconds} s, and is ended", EventName = "hosted_server_stuck")]
    private partial void LogStuck(string server, int instance, double seconds);

    [LoggerMessage(LogLevel.Error, "Cleaning up after the hosted server {Server} #{Instance} failed", EventName = "hosted_server_end_failed")]
    private partial void LogEndFailed(Exception exception, string server, int instance);

    [LoggerMessage(LogLevel.Error, "Processes {Processes} of the hosted server {Server} #{Instance} cannot be ended; end them by hand, or restart the machine", EventName = "hosted_server_processes_left")]
    private partial void LogProcessesLeft(string server, int instance, string processes);
}
