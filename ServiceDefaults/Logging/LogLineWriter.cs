using System.Collections.Concurrent;
using System.Text;

namespace ServiceDefaults.Logging;

/// <summary>
/// Writes lines from one thread, so that a slow terminal or pipe never slows a request. When its queue is full, lines are
/// dropped and counted, and the count is written when there is room again.
/// </summary>
internal sealed class LogLineWriter : IDisposable
{
    private const int Capacity = 10_000;
    private const int LinesAtOnce = 200;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<string> _lines;
    private readonly TextWriter _output;
    private readonly Thread _thread;
    private long _dropped;

    public LogLineWriter()
        : this(Console.Out, Capacity)
    {
    }

    public LogLineWriter(TextWriter output, int capacity)
    {
        _output = output;
        _lines = new BlockingCollection<string>(capacity);
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "log writer" };
        _thread.Start();
    }

    /// <summary>Called with the number of lines that were lost, for the line that says so.</summary>
    public Func<long, string>? DescribeLoss { get; set; }

    public void Write(string line)
    {
        if (_lines.IsAddingCompleted || !TryAdd(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    public void Dispose()
    {
        _lines.CompleteAdding();
        if (_thread.Join(LastWords))
        {
            _lines.Dispose();
        }
    }

    private bool TryAdd(string line)
    {
        try
        {
            return _lines.TryAdd(line);
        }
        catch (InvalidOperationException)
        {
            // Disposed in between.
            return false;
        }
    }

    private void WriteAll()
    {
        var batch = new StringBuilder();
        foreach (var first in _lines.GetConsumingEnumerable())
        {
            batch.Append(first).Append('\n');
            for (var count = 1; count < LinesAtOnce && _lines.TryTake(out var line); count++)
            {
                batch.Append(line).Append('\n');
            }

            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped && DescribeLoss is { } describe)
            {
                batch.Append(describe(dropped)).Append('\n');
            }

            WriteOut(batch);
        }
    }

    private void WriteOut(StringBuilder batch)
    {
        try
        {
            _output.Write(batch);
            _output.Flush();
        }
        catch (IOException)
        {
            // Nobody reads standard output any more. The service is worth more than its log.
        }

        batch.Clear();
    }
}
