using System.Diagnostics;
using Dapper;
using Npgsql;
using ServiceDefaults;

namespace BackupService.Sets;

/// <summary>
/// Tells PostgreSQL about runs and verifications: <c>backup.sets</c> and the audit log (S-272). A record that cannot be
/// written never costs the backup itself; it is logged, and the run counts as partial.
/// </summary>
internal sealed partial class RunRecords(Lazy<NpgsqlDataSource> database, TimeProvider clock, ILogger<RunRecords> logger)
{
    public Task<bool> StartedAsync(BackupRun run, CancellationToken cancellationToken) => TryAsync(
        """
        UPDATE backup.sets SET status = 'Failed', finished_at = @startedAt, fault = 'The process that made it ended'
        WHERE repository_id = @repository AND status = 'Running';
        INSERT INTO backup.sets (run_id, set_id, repository_id, kind, status, actor, started_at, product_version, key_id)
        VALUES (@runId, @id, @repository, 'logical', 'Running', @actor, @startedAt, @version, @keyId);
        """,
        new
        {
            runId = run.RunId,
            id = run.Id,
            repository = run.Repository.Id,
            actor = run.Actor.Name,
            startedAt = run.StartedAt,
            version = ProductVersion.Current,
            keyId = run.Key.Id,
        },
        cancellationToken);

    public async Task<bool> FinishedAsync(BackupRun run, SetEntry set, CancellationToken cancellationToken) =>
        await TryAsync(
            """
            UPDATE backup.sets SET status = @status, finished_at = @now, plain_bytes = @plain, stored_bytes = @stored,
                schema_version = @schema, verified_at = @verifiedAt, fault = @fault
            WHERE run_id = @runId
            """,
            new
            {
                runId = run.RunId,
                status = set.Status,
                now = clock.GetUtcNow(),
                plain = set.Manifest.PlainBytes,
                stored = set.Manifest.StoredBytes,
                schema = set.Manifest.SchemaVersion,
                verifiedAt = set.IsVerified ? set.Verification?.VerifiedAt : null,
                fault = set.Verification?.Fault,
            },
            cancellationToken)
        & await AuditAsync("backup.run", run.Id, set.IsVerified, run.Actor, clock.GetUtcNow() - run.StartedAt, cancellationToken);

    public async Task<bool> FailedAsync(BackupRun run, string fault, CancellationToken cancellationToken) =>
        await TryAsync(
            "UPDATE backup.sets SET status = 'Failed', finished_at = @now, fault = @fault WHERE run_id = @runId",
            new { runId = run.RunId, now = clock.GetUtcNow(), fault },
            cancellationToken)
        & await AuditAsync("backup.run", run.Id, succeeded: false, run.Actor, clock.GetUtcNow() - run.StartedAt, cancellationToken);

    public async Task<bool> VerifiedAsync(SetEntry set, Guid repository, Actor actor, CancellationToken cancellationToken) =>
        await TryAsync(
            """
            UPDATE backup.sets SET status = @status, fault = @fault, verified_at = coalesce(@verifiedAt, verified_at)
            WHERE repository_id = @repository AND set_id = @id
            """,
            new
            {
                id = set.Id,
                repository,
                status = set.Status,
                fault = set.Verification?.Fault,
                verifiedAt = set.IsVerified ? set.Verification?.VerifiedAt : null,
            },
            cancellationToken)
        & await AuditAsync(
            "backup.verify", set.Id, set.IsVerified, actor, TimeSpan.FromSeconds(set.Verification?.DurationSeconds ?? 0), cancellationToken);

    private Task<bool> AuditAsync(
        string action, string resource, bool succeeded, Actor actor, TimeSpan duration, CancellationToken cancellationToken) => TryAsync(
        """
        INSERT INTO gateway.audit_log
            (id, occurred_at, event_type, user_name, action, resource, result, request_id, trace_id, duration_ms, instance)
        VALUES (@id, @now, 'backup', @user, @action, @resource, @result, @requestId, @traceId, @duration, @instance)
        """,
        new
        {
            id = Guid.CreateVersion7(clock.GetUtcNow()),
            now = clock.GetUtcNow(),
            user = actor.Name,
            action,
            resource,
            result = succeeded ? "success" : "failure",
            requestId = actor.RequestId,
            traceId = Activity.Current?.TraceId.ToString(),
            duration = duration.TotalMilliseconds,
            instance = $"{ResourceNames.Backup}@{Environment.MachineName}",
        },
        cancellationToken);

    private async Task<bool> TryAsync(string sql, object values, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.Value.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: cancellationToken));
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            LogNotRecorded(exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "A backup run could not be recorded in the database", EventName = "backup_not_recorded")]
    private partial void LogNotRecorded(Exception exception);
}
