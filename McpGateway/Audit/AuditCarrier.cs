using Npgsql;

namespace McpGateway.Audit;

/// <summary>
/// Carries spooled events to PostgreSQL, in order and each exactly once: a segment is deleted only after its events were
/// committed, and an event carried twice is recognised by its id. Without PostgreSQL the spool grows; with it back, all
/// of it follows.
/// </summary>
internal sealed partial class AuditCarrier(
    AuditSpool spool, AuditStore store, TimeProvider clock, ILogger<AuditCarrier> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an intent may wait for its outcome before it becomes a row of its own.</summary>
    private static readonly TimeSpan IntentPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OrphansEvery = TimeSpan.FromSeconds(30);

    /// <summary>How much of a shutdown the last carry may take; a database that hangs would take all of it.</summary>
    private static readonly TimeSpan LastCarryWithin = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, SegmentReader> _readers = new(StringComparer.Ordinal);
    private readonly IntentLedger _ledger = new();
    private readonly List<AuditEvent> _uncommitted = [];
    private readonly Lock _stopping = new();
    private Task? _lastCarry;
    private bool _isFailing;
    private long? _orphansSearched;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                await TryAsync(token => CarryAsync(isLast: false, token), stoppingToken);
                await SearchOrphansAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // What is left in the spool is carried by the next process.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // A host may be stopped twice at once, by a signal and by its disposal: it carries once, and whoever stops it waits for
        // that, or the first to return would dispose of the database under it.
        Task lastCarry;
        lock (_stopping)
        {
            lastCarry = _lastCarry ??= CarryLastAsync(cancellationToken);
        }

        await lastCarry;
    }

    private async Task CarryLastAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LastCarryWithin, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await TryAsync(token => CarryAsync(isLast: true, token), both.Token);
        }
        catch (OperationCanceledException)
        {
            LogLeft(spool.Root);
        }
    }

    /// <summary>Carries all that is spooled now.</summary>
    private async Task CarryAsync(bool isLast, CancellationToken cancellationToken)
    {
        foreach (var (path, isOpen) in spool.Segments())
        {
            var reader = ReaderOf(path);
            while (await CarryNextAsync(reader, cancellationToken))
            {
            }

            _uncommitted.AddRange(_ledger.TakeOverdue(clock.GetUtcNow() - IntentPatience));
            await CommitAsync(cancellationToken);
            DeleteWhenDone(reader, isOpen, isLast);
        }
    }

    private async Task<bool> CarryNextAsync(SegmentReader reader, CancellationToken cancellationToken)
    {
        // What a failed commit left comes first: order is kept, and nothing is read that could not be remembered.
        await CommitAsync(cancellationToken);
        var events = reader.ReadNext(LogUnreadable);
        _uncommitted.AddRange(_ledger.Take(events, reader.Path, clock.GetUtcNow()));
        await CommitAsync(cancellationToken);
        return events.Count > 0;
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_uncommitted.Count > 0)
        {
            await store.AddAsync(_uncommitted, cancellationToken);
            _uncommitted.Clear();
        }
    }

    private void DeleteWhenDone(SegmentReader reader, bool isOpen, bool isLast)
    {
        if (_ledger.IsWaitingIn(reader.Path) || (isOpen && (reader.Position == 0 || !spool.TryCloseAt(reader.Path, reader.Position, anySize: isLast))))
        {
            return;
        }

        spool.Delete(reader.Path, reader.Position);
        _readers.Remove(reader.Path);
    }

    private SegmentReader ReaderOf(string path)
    {
        if (!_readers.TryGetValue(path, out var reader))
        {
            _readers[path] = reader = new SegmentReader(path);
        }

        return reader;
    }

    private async Task SearchOrphansAsync(CancellationToken cancellationToken)
    {
        if (_orphansSearched is { } at && clock.GetElapsedTime(at) < OrphansEvery)
        {
            return;
        }

        _orphansSearched = clock.GetTimestamp();
        foreach (var folder in SpoolFolder.TakeOrphans(spool.Root))
        {
            using (folder)
            {
                await TryAsync(token => CarryOrphanAsync(folder, token), cancellationToken);
            }
        }
    }

    /// <summary>A dead process's calls without an outcome will never have one.</summary>
    private async Task CarryOrphanAsync(SpoolFolder folder, CancellationToken cancellationToken)
    {
        var ledger = new IntentLedger();
        var segments = SpoolFolder.Segments(folder.Path);
        foreach (var reader in segments.Select(path => new SegmentReader(path)))
        {
            for (var events = reader.ReadNext(LogUnreadable); events.Count > 0; events = reader.ReadNext(LogUnreadable))
            {
                await store.AddAsync([.. ledger.Take(events, reader.Path, clock.GetUtcNow())], cancellationToken);
            }
        }

        var unfinished = ledger.TakeOverdue(DateTimeOffset.MaxValue);
        await store.AddAsync([.. unfinished.Select(intent => intent with { Result = AuditEvent.Unknown })], cancellationToken);
        foreach (var path in segments)
        {
            File.Delete(path);
        }

        folder.Delete();
        if (segments.Count > 0)
        {
            LogAdopted(folder.Path, unfinished.Count);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
            if (_isFailing)
            {
                LogRecovered();
            }

            _isFailing = false;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException or UnauthorizedAccessException)
        {
            if (!_isFailing)
            {
                LogFailed(exception);
            }

            _isFailing = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Audit events cannot be stored in PostgreSQL; they stay in the spool and follow later", EventName = "audit_carry_failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL does not answer; the last audit events stay in {Folder} until a gateway that uses it starts again", EventName = "audit_left_in_spool")]
    private partial void LogLeft(string folder);

    [LoggerMessage(LogLevel.Information, "Audit events are stored in PostgreSQL again", EventName = "audit_carry_recovered")]
    private partial void LogRecovered();

    [LoggerMessage(LogLevel.Warning, "A line in {Segment} is no audit event: the torn end of a crash, or damage", EventName = "audit_line_unreadable")]
    private partial void LogUnreadable(string segment);

    [LoggerMessage(LogLevel.Information, "Stored the audit events a stopped gateway left in {Folder}; {Unfinished} of its calls had no outcome", EventName = "audit_adopted")]
    private partial void LogAdopted(string folder, int unfinished);
}
