using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Settings.Reload;

/// <summary>
/// Looks at the files each second, and at once on SIGHUP (D-18). It reads them: notifications do not come from network file
/// systems, and lengths and times do not tell one version of a replaced file or swapped link from the next.
/// </summary>
internal sealed partial class SettingsWatcher : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SettingsReloader _reloader;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<SettingsWatcher> _logger;
    private readonly PeriodicTimer _timer;
    private readonly bool _hadTerminal = HasTerminal();
    private PosixSignalRegistration? _hangup;
    private string? _lastFailure;

    public SettingsWatcher(SettingsReloader reloader, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<SettingsWatcher> logger)
    {
        _reloader = reloader;
        _lifetime = lifetime;
        _logger = logger;
        _timer = new PeriodicTimer(Interval, clock);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows())
        {
            _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _hangup?.Dispose();
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer.WaitForNextTickAsync(stoppingToken))
        {
            // A file system that hangs must not hold up a shutdown.
            await Task.Run(() => Guarded(_reloader.Look), stoppingToken).WaitAsync(stoppingToken);
        }
    }

    /// <summary>From a terminal that was closed the signal means what it always did; from an operator it means: look now.</summary>
    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_hadTerminal && !HasTerminal())
        {
            _lifetime.StopApplication();
        }
        else
        {
            Guarded(_reloader.LookNow);
        }
    }

    private void Guarded(Action look)
    {
        try
        {
            look();
            _lastFailure = null;
        }
        catch (Exception exception)
        {
            // Whatever it is, the service runs on with what it has; said once, not each second.
            if (exception.Message != _lastFailure)
            {
                _lastFailure = exception.Message;
                LogFailed(exception);
            }
        }
    }

    private static bool HasTerminal()
    {
        try
        {
            using var terminal = File.OpenHandle("/dev/tty", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Looking at the settings files failed; the settings in force stay", EventName = "config_watch_failed")]
    private partial void LogFailed(Exception exception);
}
