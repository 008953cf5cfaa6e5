using System.Collections.Concurrent;
using ServiceDefaults.Caching;
using StackExchange.Redis;

namespace McpWorker.Caching;

/// <summary>
/// The generations of <see cref="CacheGenerations"/> as this worker knows them: told by each write, and read every two
/// seconds in case a message was lost. A write Redis could not be told of is told again until it was.
/// </summary>
internal sealed class Generations(CacheRedis redis, TimeProvider clock) : BackgroundService
{
    private const string Unknown = "0";

    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Generation> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _untold = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _watched = new(StringComparer.Ordinal);
    private long _epoch;
    private volatile bool _isShared;

    /// <summary>Whether writes of other workers reach this one now, and its own reach them.</summary>
    public bool IsShared => _isShared && _untold.IsEmpty;

    /// <summary>From now on results are kept that are made of these servers' data.</summary>
    public void Watch(IEnumerable<string> servers)
    {
        foreach (var server in servers)
        {
            _watched[server] = true;
        }
    }

    /// <summary>What results of these servers' data are kept under.</summary>
    public CacheStamp Of(string server, IReadOnlyList<string> others)
    {
        var everything = Find(CacheGenerations.Everything);
        var own = Find(server);
        var shared = $"{everything.Value} {own.Value}";
        var epoch = Math.Max(everything.Epoch, own.Epoch);
        for (var i = 0; i < others.Count; i++)
        {
            var other = Find(others[i]);
            shared = $"{shared} {other.Value}";
            epoch = Math.Max(epoch, other.Epoch);
        }

        return new CacheStamp(shared, epoch);
    }

    /// <summary>A server's data may have changed: what was made of it before is old, here at once.</summary>
    public async Task RaiseAsync(string server)
    {
        if (_watched.ContainsKey(server))
        {
            var generation = CacheGenerations.New();
            Learn(server, generation);
            _untold[server] = generation;
            await TellAsync(server, generation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReadEvery, clock);
        var isListening = false;
        do
        {
            isListening = isListening || await redis.TryAsync("SUBSCRIBE", () => redis.Connection.GetSubscriber().SubscribeAsync(CacheGenerations.Raised, Heard), CacheRedis.InBackground);
            foreach (var (server, generation) in _untold)
            {
                await TellAsync(server, generation);
            }

            await ReadAsync();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync()
    {
        IReadOnlyDictionary<string, string> all = new Dictionary<string, string>(StringComparer.Ordinal);
        _isShared = await redis.TryAsync("HGETALL", async () => all = await CacheGenerations.ReadAsync(redis.Connection), CacheRedis.InBackground);
        if (_isShared)
        {
            foreach (var server in _known.Keys.Union(all.Keys, StringComparer.Ordinal).Where(server => !_untold.ContainsKey(server)))
            {
                // One Redis has lost is another one too: results from before the loss must not come back.
                Learn(server, all.GetValueOrDefault(server, Unknown));
            }
        }
    }

    private async Task TellAsync(string server, string generation)
    {
        if (await redis.TryAsync("HSET", () => CacheGenerations.RaiseAsync(redis.Connection, server, generation)))
        {
            _untold.TryRemove(KeyValuePair.Create(server, generation));
        }
    }

    private void Heard(RedisChannel channel, RedisValue message)
    {
        if (message.ToString().Split(' ') is [var server, var generation] && !_untold.ContainsKey(server))
        {
            Learn(server, generation);
        }
    }

    private void Learn(string server, string value)
    {
        if (Find(server).Value != value)
        {
            _known[server] = new Generation(value, Interlocked.Increment(ref _epoch));
        }
    }

    private Generation Find(string server) => _known.TryGetValue(server, out var known) ? known : _known.GetOrAdd(server, new Generation(Unknown, 0));

    /// <param name="Epoch">Rises with every change this worker saw, so that in its memory no value ever comes back.</param>
    private sealed record Generation(string Value, long Epoch);
}

/// <summary>What a result was made under.</summary>
/// <param name="Shared">The same for all workers.</param>
/// <param name="Epoch">This worker's own.</param>
internal readonly record struct CacheStamp(string Shared, long Epoch);
