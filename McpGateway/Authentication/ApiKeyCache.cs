using System.Collections.Concurrent;
using Npgsql;

namespace McpGateway.Authentication;

/// <summary>
/// Known keys, kept for a minute so that a call does not wait for PostgreSQL and a short outage of it is not an outage of
/// ours. After <see cref="RefreshAfter"/> a use renews the entry; after <see cref="Lifetime"/> it no longer counts, so a
/// revoked key stops within that time even when PostgreSQL is away.
/// </summary>
internal sealed class ApiKeyCache(ApiKeyStore store, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private const int Capacity = 20_000;
    private const int ConcurrentLookups = 8;

    // Slow PostgreSQL must not pile up callers: who finds no free lookup in this time is told to come back.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewalPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Entry>>> _loading = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _lookups = new(ConcurrentLookups);
    private volatile bool _isStoreSlow;

    /// <summary>The key, or null when there is none of this id.</summary>
    /// <exception cref="ApiKeyStoreUnavailableException">PostgreSQL does not answer and the key is not cached.</exception>
    public async ValueTask<StoredApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var age = _entries.TryGetValue(id, out var entry) ? clock.GetElapsedTime(entry.LoadedAt) : TimeSpan.MaxValue;
        if (age < RefreshAfter)
        {
            return entry!.Key;
        }

        var isKnown = age < Lifetime;
        try
        {
            return (await LoadOnceAsync(id).WaitAsync(isKnown ? KnownPatience : LookupTimeout, cancellationToken)).Key;
        }
        catch (ApiKeyStoreUnavailableException) when (isKnown)
        {
            return entry!.Key;
        }
        catch (TimeoutException exception)
        {
            _isStoreSlow = true;
            return isKnown ? entry!.Key : throw new ApiKeyStoreUnavailableException("PostgreSQL did not answer an API-key lookup in time.", exception);
        }
    }

    /// <summary>While PostgreSQL hangs, calls with a known key do not wait for it; the lookup they began finds its return.</summary>
    private TimeSpan KnownPatience => _isStoreSlow ? TimeSpan.Zero : RenewalPatience;

    /// <summary>Forgets a key, after it was changed.</summary>
    public void Forget(string id) => _entries.TryRemove(id, out _);

    public void Dispose() => _lookups.Dispose();

    /// <summary>However many calls present a key at once, one lookup serves them all.</summary>
    private Task<Entry> LoadOnceAsync(string id) =>
        _loading.GetOrAdd(id, static (key, cache) => new Lazy<Task<Entry>>(() => Task.Run(() => cache.LoadAsync(key))), this).Value;

    private async Task<Entry> LoadAsync(string id)
    {
        // The lookup outlives the call that began it: others may wait for it too.
        using var timeout = new CancellationTokenSource(LookupTimeout, clock);
        try
        {
            if (!await _lookups.WaitAsync(Patience, timeout.Token))
            {
                throw new ApiKeyStoreUnavailableException("Too many API-key lookups at once.", null);
            }

            try
            {
                var entry = new Entry(await store.FindAsync(id, timeout.Token), clock.GetTimestamp());
                _isStoreSlow = false;
                Keep(id, entry);
                return entry;
            }
            finally
            {
                _lookups.Release();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            throw new ApiKeyStoreUnavailableException("PostgreSQL did not answer an API-key lookup.", exception);
        }
        finally
        {
            _loading.TryRemove(id, out _);
        }
    }

    /// <summary>Ids nobody has are not kept: whoever invents them could push the known ones out.</summary>
    private void Keep(string id, Entry entry)
    {
        if (entry.Key is null)
        {
            _entries.TryRemove(id, out _);
            return;
        }

        if (_entries.Count >= Capacity)
        {
            MakeRoom();
        }

        _entries[id] = entry;
    }

    private void MakeRoom()
    {
        foreach (var (id, _) in _entries.ToArray().OrderBy(pair => pair.Value.LoadedAt).Take(Capacity / 10))
        {
            _entries.TryRemove(id, out _);
        }
    }

    private sealed record Entry(StoredApiKey? Key, long LoadedAt);
}

/// <summary>The key store did not answer, so nothing is known about the key.</summary>
internal sealed class ApiKeyStoreUnavailableException(string message, Exception? innerException) : Exception(message, innerException);
