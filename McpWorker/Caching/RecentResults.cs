namespace McpWorker.Caching;

/// <summary>The results used last, in memory; the one used longest ago makes room.</summary>
internal sealed class RecentResults
{
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Count;
            }
        }
    }

    /// <param name="keptAfter">One kept before is not found, though it has not expired.</param>
    public KeptResult? Find(string key, DateTimeOffset now, DateTimeOffset keptAfter)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            if (node.Value.Result.Expires <= now)
            {
                Remove(node);
                return null;
            }

            if (node.Value.Result.Kept < keptAfter)
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Result;
        }
    }

    public void Put(string key, KeptResult result, int most)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var old))
            {
                Remove(old);
            }

            if (most > 0)
            {
                _byKey[key] = _byUse.AddFirst(new Entry(key, result));
                _bytes += result.Json.Length;
            }

            while (_byUse.Last is { } oldest && (_byKey.Count > most || _bytes > MostBytes))
            {
                Remove(oldest);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byKey.Remove(node.Value.Key);
        _bytes -= node.Value.Result.Json.Length;
    }

    private sealed record Entry(string Key, KeptResult Result);
}
