using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.InternalAccess;

/// <summary>Counts the streams of notifications that callers hold open, so that one caller cannot hold all there can be.</summary>
internal sealed class OpenStreams(IOptionsMonitor<McpSessionOptions> options)
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    public int Count => _open.Values.Sum();

    /// <summary>Null: the caller has as many as it may. Disposing of the result closes the stream.</summary>
    public IDisposable? TryOpen(string subject)
    {
        var most = options.CurrentValue.StreamsPerCaller;
        if (_open.AddOrUpdate(subject, 1, static (_, count) => count + 1) <= most)
        {
            return new Stream(this, subject);
        }

        Close(subject);
        return null;
    }

    private void Close(string subject)
    {
        if (_open.AddOrUpdate(subject, 0, static (_, count) => count - 1) == 0)
        {
            _open.TryRemove(KeyValuePair.Create(subject, 0));
        }
    }

    private sealed class Stream(OpenStreams owner, string subject) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                owner.Close(subject);
            }
        }
    }
}
