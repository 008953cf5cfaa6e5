namespace McpGateway.Audit;

/// <summary>Forces the spool to disk ten times a second: one fsync for all calls of that time.</summary>
internal sealed partial class AuditSync(AuditSpool spool, TimeProvider clock, ILogger<AuditSync> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Sync();
            }
        }
        catch (OperationCanceledException)
        {
            Sync();
        }
    }

    private void Sync()
    {
        try
        {
            spool.Sync();
        }
        catch (IOException exception)
        {
            LogNotSynced(exception);
        }
    }

    [LoggerMessage(LogLevel.Error, "The audit spool could not be forced to disk; a power failure now would lose events", EventName = "audit_not_synced")]
    private partial void LogNotSynced(Exception exception);
}
