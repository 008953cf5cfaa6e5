namespace BackupService.Sets;

/// <summary>How a run ended well.</summary>
/// <param name="IsRecorded">Whether <c>backup.sets</c> and the audit log tell of it.</param>
internal sealed record BackupOutcome(SetEntry Set, bool IsRecorded);

/// <summary>Makes a set, verifies it, records it. One run at a time in a repository, whoever asks.</summary>
internal sealed partial class BackupRunner(
    BackupRepository repository,
    SetWriter writer,
    SetVerifier verifier,
    SetCatalog catalog,
    RunRecords records,
    BackupMetrics metrics,
    TimeProvider clock,
    ILogger<BackupRunner> logger)
{
    /// <summary>Takes the lock and names the set. The caller disposes the run, or gives it to <see cref="RunAsync"/>.</summary>
    /// <exception cref="BackupException">Another run holds the lock, or the repository cannot be used.</exception>
    public BackupRun Begin(Actor actor)
    {
        repository.EnsureWritable();
        var held = RepositoryLock.Take(repository.Root);
        try
        {
            Sweep();
            var (description, key) = repository.OpenOrCreate();
            var now = clock.GetUtcNow();
            var id = SetId.New(now, candidate => Directory.Exists(catalog.DirectoryOf(candidate)));
            return new BackupRun(Guid.CreateVersion7(now), id, actor, now, description, key, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Removes what dead runs left behind, unless a live one holds the lock.</summary>
    public void SweepIfIdle()
    {
        repository.EnsureWritable();
        try
        {
            using var held = RepositoryLock.Take(repository.Root);
            Sweep();
        }
        catch (BackupException exception) when (exception.Failure == BackupFailure.Locked)
        {
            // The holder has swept, or will on its next run.
        }
    }

    /// <exception cref="BackupException">No set was made, or it did not pass its verification.</exception>
    public async Task<BackupOutcome> RunAsync(BackupRun run, CancellationToken cancellationToken)
    {
        using (run)
        using (logger.BeginScope(new Dictionary<string, object?>(StringComparer.Ordinal) { ["run_id"] = run.RunId.ToString("N") }))
        {
            LogStarted(run.Id, run.Actor.Name);
            var (set, recorded) = await MakeAsync(run, cancellationToken);

            // The set exists from here on: what is told of it must not depend on who still waits.
            recorded &= await records.FinishedAsync(run, set, CancellationToken.None);
            metrics.Finished(set, catalog.List().Sets);
            if (set.Verification?.Fault is { } fault)
            {
                LogUnverified(run.Id, fault);
                throw new BackupException(BackupFailure.Tampered, $"The set '{run.Id}' was made but cannot be read back: {fault}.");
            }

            LogFinished(run.Id, set.Manifest.StoredBytes, set.Manifest.DurationSeconds);
            return new BackupOutcome(set, recorded);
        }
    }

    private async Task<(SetEntry Set, bool IsRecorded)> MakeAsync(BackupRun run, CancellationToken cancellationToken)
    {
        try
        {
            var recorded = await records.StartedAsync(run, cancellationToken);
            await writer.WriteAsync(run.Id, run.Key, cancellationToken);
            return (await verifier.VerifyAsync(run.Id, cancellationToken), recorded);
        }
        catch (Exception exception)
        {
            var failure = BackupException.From(exception);
            metrics.Failed();
            LogFailed(failure, run.Id, failure.Message);
            await records.FailedAsync(run, failure.Message, CancellationToken.None);
            throw failure;
        }
    }

    private void Sweep()
    {
        foreach (var id in repository.Sweep())
        {
            LogSwept(id);
        }
    }

    [LoggerMessage(LogLevel.Information, "Backup {SetId} started, asked for by {Actor}", EventName = "backup_started")]
    private partial void LogStarted(string setId, string actor);

    [LoggerMessage(LogLevel.Information, "Backup {SetId} made and verified: {Bytes} bytes in {Seconds} s", EventName = "backup_finished")]
    private partial void LogFinished(string setId, long bytes, double seconds);

    [LoggerMessage(LogLevel.Error, "Backup {SetId} was made but did not pass its verification: {Fault}", EventName = "backup_unverified")]
    private partial void LogUnverified(string setId, string fault);

    [LoggerMessage(LogLevel.Error, "Backup {SetId} failed: {Reason} Earlier sets are untouched", EventName = "backup_failed")]
    private partial void LogFailed(Exception exception, string setId, string reason);

    [LoggerMessage(LogLevel.Warning, "Removed the unfinished backup {SetId} of a run that died", EventName = "backup_swept")]
    private partial void LogSwept(string setId);
}
