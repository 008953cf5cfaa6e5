using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>One instance of a project or executable: its ports, its output, and the process while there is one.</summary>
internal sealed class ProcessInstance : IAsyncDisposable
{
    private readonly IResource _resource;
    private readonly ResourceLoggerService _loggers;
    private readonly ResourceLogFile _log;
    private readonly ILogger? _copyTo;
    private ChildProcess? _process;
    private volatile bool _isStopping;

    public ProcessInstance(
        IResource resource, string suffix, ResourceLabel label, IReadOnlyDictionary<string, int> ports,
        ResourceLoggerService loggers, ResourceLogFile log, ILogger? copyTo)
    {
        _resource = resource;
        _loggers = loggers;
        _log = log;
        _copyTo = copyTo;
        Id = $"{resource.Name}-{suffix}";
        Label = label;
        Allocation = new(suffix, ports);
    }

    public string Id { get; }

    public ResourceLabel Label { get; }

    public InstanceAllocation Allocation { get; }

    /// <summary>One start, stop or restart at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public bool IsRunning => _process is { Exited.IsCompleted: false };

    /// <summary>Whether the end of the process was asked for.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Completes when the end of the latest process has been published.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    /// <returns>The exit code.</returns>
    /// <exception cref="DistributedApplicationException">The program cannot be started.</exception>
    public Task<int> Start(ProcessSpec spec, RunMark mark, Watchdog watchdog)
    {
        _isStopping = false;
        _log.Create();
        _process = ChildProcess.Start(spec, mark, watchdog, Write);
        return _process.Exited;
    }

    public async Task StopAsync(TimeSpan grace, TimeProvider clock)
    {
        _isStopping = true;

        if (_process is { } process)
        {
            await process.StopAsync(grace, clock);
        }

        await Ended;
    }

    /// <summary>A line of ours among the resource's own.</summary>
    public void Note(string text) => Write(Encoding.UTF8.GetBytes(text), isError: true);

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        _log.Dispose();
        Gate.Dispose();
    }

    private void Write(ReadOnlySpan<byte> line, bool isError)
    {
        _log.Append(line);
        var text = Encoding.UTF8.GetString(line);
        _loggers.Append(Id, text, isError);
        _loggers.Append(_resource.Name, text, isError);

        if (_copyTo is not null)
        {
            Log.Line(_copyTo, Label.Name, text);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "{Resource}: {Text}")]
    public static partial void Line(ILogger logger, string resource, string text);
}
