using System.Threading.Channels;

namespace BackupService.Sets;

/// <summary>Carries out the runs that were asked for over HTTP, so that the answer need not wait for them.</summary>
internal sealed partial class BackgroundBackups(
    BackupRunner runner, BackupMetrics metrics, ILogger<BackgroundBackups> logger) : BackgroundService
{
    // The repository's lock admits one run, so the channel never holds more.
    private readonly Channel<BackupRun> _accepted = Channel.CreateBounded<BackupRun>(1);
    private volatile BackupRun? _running;

    public BackupRun? Running => _running;

    /// <summary>Starts a run and returns its id at once.</summary>
    /// <exception cref="BackupException">Another run holds the lock, or the repository cannot be used.</exception>
    public string Start(Actor actor)
    {
        var run = runner.Begin(actor);
        _running = run;
        if (!_accepted.Writer.TryWrite(run))
        {
            run.Dispose();
            throw new BackupException(BackupFailure.Locked, "The service is stopping.");
        }

        return run.Id;
    }

    /// <summary>The sweep holds the repository's lock: it ends before anybody can be refused for it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Prepare();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _accepted.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        while (_accepted.Reader.TryRead(out var neverStarted))
        {
            neverStarted.Dispose();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.BeginAtZero();
        await foreach (var run in _accepted.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await runner.RunAsync(run, stoppingToken);
            }
            catch (BackupException)
            {
                // The runner has logged, counted and recorded it; the next request must find the service alive.
            }
            finally
            {
                _running = null;
            }
        }
    }

    private void Prepare()
    {
        try
        {
            runner.SweepIfIdle();
        }
        catch (BackupException exception)
        {
            // Readiness reports it until it is mended; stopping here would hide the reason behind a restart loop.
            LogUnusable(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "The backup repository cannot be used: {Reason}", EventName = "repository_unusable")]
    private partial void LogUnusable(string reason);
}
