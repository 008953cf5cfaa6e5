using System.Collections.Concurrent;
using McpWorker.InternalAccess;
using McpWorker.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Caching;

/// <summary>
/// Results of read-only tools that allow it: from memory, else from Redis, else computed, once for all who wait for the same
/// one (S-327). While Redis is away nobody hears of other workers' writes: then nothing is kept longer than ten seconds.
/// </summary>
internal sealed class ToolCache(
    RecentResults recent, CacheRedis redis, Generations generations, CacheMetrics metrics, IOptionsMonitor<CacheOptions> options, TimeProvider clock)
{
    /// <summary>Larger ones would push out many smaller ones, which cost as much to make.</summary>
    private const int MostBytes = 256 * 1024;

    private static readonly TimeSpan LifetimeAlone = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Task<KeptResult?>> _running = new(StringComparer.Ordinal);

    public async Task<CallToolResult> RunAsync(RequestContext<CallToolRequestParams> request, ToolAddress address, Func<Task<CallToolResult>> compute)
    {
        var settings = options.CurrentValue;
        if (ModuleTool.Of(request.MatchedPrimitive) is not { Cached: { } cached, IsReadOnly: true } || !settings.Enabled || settings.LifetimeSeconds == 0
            || request.Params is not { InputResponses: null, RequestState: null })
        {
            return await compute();
        }

        var caller = CallerIdentity.Of(request.User).Call.Caller;
        var key = CacheKey.Of(address, cached.Scope, caller, request.Params.Arguments, generations.Of(address.Server, cached.DependsOn));
        if (Recall(key) is { } kept)
        {
            return kept.Copy();
        }

        var mine = new TaskCompletionSource<KeptResult?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(key.Own, mine.Task);
        if (running != mine.Task)
        {
            // Without a result to share, because it failed or its caller left, everybody asks for himself.
            return await running is { } shared ? shared.Copy() : await compute();
        }

        try
        {
            if (await FindInRedisAsync(key) is { } found)
            {
                mine.SetResult(found);
                return found.Copy();
            }

            var result = await compute();
            mine.SetResult(await KeepAsync(key, result));
            return result;
        }
        finally
        {
            _running.TryRemove(key.Own, out _);
            mine.TrySetResult(null);
        }
    }

    /// <summary>A call that may change something has ended, well or not: a failed one may have changed something too.</summary>
    public Task EndedAsync(ModuleTool? tool, ToolAddress address) => tool is { IsReadOnly: false } ? generations.RaiseAsync(address.Server) : Task.CompletedTask;

    private KeptResult? Recall(CacheKey key)
    {
        var now = clock.GetUtcNow();
        var kept = recent.Find(key.Own, now, keptAfter: generations.IsShared ? DateTimeOffset.MinValue : now - LifetimeAlone);
        metrics.InMemory(kept is not null);
        return kept;
    }

    private async Task<KeptResult?> FindInRedisAsync(CacheKey key)
    {
        if (!generations.IsShared)
        {
            return null;
        }

        var kept = await redis.ReadAsync(key.Shared) is { } json ? KeptResult.Parse(json, clock.GetUtcNow()) : null;
        metrics.InRedis(kept is not null);
        if (kept is not null)
        {
            recent.Put(key.Own, kept, options.CurrentValue.MaxEntries);
        }

        return kept;
    }

    /// <summary>Null: it is not one to keep.</summary>
    private async Task<KeptResult?> KeepAsync(CacheKey key, CallToolResult result)
    {
        if (result.IsError is true)
        {
            return null;
        }

        var lifetime = TimeSpan.FromSeconds(options.CurrentValue.LifetimeSeconds);
        var kept = KeptResult.Of(result, clock.GetUtcNow(), lifetime);
        if (kept.Json.Length > MostBytes)
        {
            return null;
        }

        recent.Put(key.Own, kept, options.CurrentValue.MaxEntries);
        if (generations.IsShared)
        {
            await redis.WriteAsync(key.Shared, kept.Json, lifetime);
        }

        // The one who computed it has the original.
        return kept with { Result = kept.Copy() };
    }
}
