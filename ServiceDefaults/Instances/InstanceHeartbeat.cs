using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Health;

namespace ServiceDefaults.Instances;

/// <summary>Reports this process as long as it runs. Each store gets its beat whether or not the other one answers.</summary>
internal sealed partial class InstanceHeartbeat(
    InstanceIdentity identity,
    InstanceAddresses addresses,
    RedisInstances redis,
    PostgresInstances postgres,
    DrainState drain,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<InstanceHeartbeat> logger) : BackgroundService
{
    private bool _redisFailed;
    private bool _postgresFailed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.WaitForStartAsync(stoppingToken);
        if (addresses.Find() is not { } own)
        {
            return;
        }

        var instance = new Instance(
            identity.Id, identity.Service, own.Address, own.Metrics, ProductVersion.Current, Instance.Ready,
            identity.StartedAt, identity.StartedAt);
        LogAnnounced(instance.Id, instance.Address);
        await Task.WhenAll(BeatInRedisAsync(instance, stoppingToken), BeatInPostgresAsync(instance, stoppingToken));
        await WithdrawAsync();
    }

    private Instance AsOfNow(Instance instance) => drain.IsDraining ? instance with { State = Instance.Draining } : instance;

    private async Task BeatInRedisAsync(Instance instance, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(InstanceBeats.RedisEvery, clock);
        do
        {
            _redisFailed = await TryAsync("Redis", _redisFailed, token => redis.BeatAsync(AsOfNow(instance), token), stoppingToken);
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private async Task BeatInPostgresAsync(Instance instance, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(InstanceBeats.PostgresEvery, clock);
        do
        {
            _postgresFailed = await TryAsync("PostgreSQL", _postgresFailed, token => postgres.BeatAsync(AsOfNow(instance), token), stoppingToken);
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>True when the beat failed. A store that is away is told once, not every two seconds.</summary>
    private async Task<bool> TryAsync(string store, bool failedBefore, Func<CancellationToken, Task> beat, CancellationToken stoppingToken)
    {
        try
        {
            return await InstanceBeats.WithinTimeoutAsync(
                async token =>
                {
                    await beat(token);
                    return false;
                },
                stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!failedBefore)
            {
                LogBeatFailed(exception, store);
            }

            return true;
        }
        catch (Exception)
        {
            // Stopping: whatever the interrupted beat threw says nothing about the store.
            return failedBefore;
        }
    }

    /// <summary>A stopped instance must not get calls for the seconds until it would be missed.</summary>
    private async Task WithdrawAsync()
    {
        await TryAsync("Redis", _redisFailed, token => redis.RemoveAsync(identity.Id, token), CancellationToken.None);
        await TryAsync("PostgreSQL", _postgresFailed, token => postgres.RemoveAsync(identity.Id, token), CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "Instance {Instance} serves at {Address}", EventName = "instance_announced")]
    private partial void LogAnnounced(string instance, string address);

    [LoggerMessage(LogLevel.Warning, "Heartbeat in {Store} failed; trying again at every beat", EventName = "heartbeat_failed")]
    private partial void LogBeatFailed(Exception exception, string store);
}
