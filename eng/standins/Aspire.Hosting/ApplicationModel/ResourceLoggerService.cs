using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One line of a resource's output; numbers start at 1.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>The newest output of every resource and of every instance, and what follows.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, LogSource> _sources = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The lines kept, then every new one, in batches, until the source is completed.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Source(resourceName).ReadAsync();

    /// <summary>The lines kept: the newest 10,000.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask;
        yield return Source(resourceName).Kept();
    }

    public void Complete(string name) => Source(name).Complete();

    public void Dispose()
    {
        foreach (var source in _sources.Values)
        {
            source.Complete();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Adds a line of a resource or an instance.</summary>
    internal void Append(string name, string content, bool isErrorMessage) => Source(name).Append(content, isErrorMessage);

    private LogSource Source(string name) => _sources.GetOrAdd(name, _ => new LogSource());

    private sealed class LogSource
    {
        private const int KeptLines = 10_000;

        private readonly Lock _lock = new();
        private readonly Queue<LogLine> _lines = [];
        private readonly List<Channel<LogLine>> _readers = [];
        private int _count;
        private bool _isComplete;

        public void Append(string content, bool isErrorMessage)
        {
            lock (_lock)
            {
                // A resource that starts again speaks again.
                _isComplete = false;
                var line = new LogLine(++_count, content, isErrorMessage);
                _lines.Enqueue(line);

                if (_lines.Count > KeptLines)
                {
                    _lines.Dequeue();
                }

                _readers.ForEach(reader => reader.Writer.TryWrite(line));
            }
        }

        public IReadOnlyList<LogLine> Kept()
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }

        public void Complete()
        {
            lock (_lock)
            {
                _isComplete = true;
                _readers.ForEach(reader => reader.Writer.TryComplete());
            }
        }

        public async IAsyncEnumerable<IReadOnlyList<LogLine>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var channel = Channel.CreateUnbounded<LogLine>();
            IReadOnlyList<LogLine> kept;

            lock (_lock)
            {
                kept = [.. _lines];
                _readers.Add(channel);

                if (_isComplete)
                {
                    channel.Writer.Complete();
                }
            }

            try
            {
                if (kept.Count > 0)
                {
                    yield return kept;
                }

                while (await channel.Reader.WaitToReadAsync(cancellationToken))
                {
                    var batch = new List<LogLine>();

                    while (channel.Reader.TryRead(out var line))
                    {
                        batch.Add(line);
                    }

                    yield return batch;
                }
            }
            finally
            {
                lock (_lock)
                {
                    _readers.Remove(channel);
                }
            }
        }
    }
}
