using System.Diagnostics.Metrics;
using Npgsql;
using ServiceDefaults.Resilience;

namespace McpGateway.Telemetry;

/// <summary>
/// Sessions of people that are neither expired nor revoked, as the gauge <c>user_sessions_active</c>. Counted beside the
/// scrapes, so that none of them waits for PostgreSQL; without a count that is fresh there is no series, rather than an old
/// number. Every gateway counts the same table: their series agree and are not to be added up.
/// </summary>
internal sealed partial class ActiveSessions : BackgroundService
{
    private const string Sql = "SELECT count(*) FROM gateway.sessions WHERE revoked_at IS NULL AND expires_at > now()";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<ActiveSessions> _logger;
    private Count? _last;
    private bool _isFailing;

    public ActiveSessions(NpgsqlDataSource database, IMeterFactory meters, TimeProvider clock, ILogger<ActiveSessions> logger)
    {
        (_database, _clock, _logger) = (database, clock, logger);
        meters.Create(GatewayMetrics.Name).CreateObservableGauge(
            "user_sessions_active", Observe, unit: null, "Sessions of people that are neither expired nor revoked");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, _clock);
        do
        {
            await TryCountAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryCountAsync(CancellationToken stoppingToken)
    {
        try
        {
            Volatile.Write(ref _last, new Count(await Abandon.After(Patience, CountAsync, stoppingToken), _clock.GetTimestamp()));
            _isFailing = false;
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException && !stoppingToken.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                LogNotCounted(exception.Message);
            }

            _isFailing = true;
        }
    }

    private async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(Sql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private IEnumerable<Measurement<long>> Observe() =>
        Volatile.Read(ref _last) is { } last && _clock.GetElapsedTime(last.At) < Fresh ? [new Measurement<long>(last.Value)] : [];

    [LoggerMessage(LogLevel.Warning, "Sessions cannot be counted ({Reason}); user_sessions_active is left out until they can", EventName = "sessions_not_counted")]
    private partial void LogNotCounted(string reason);

    private sealed record Count(long Value, long At);
}
