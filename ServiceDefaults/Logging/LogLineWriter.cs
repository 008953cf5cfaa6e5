using System.Collections.Concurrent;
using ServiceDefaults.Logging.Files;

namespace ServiceDefaults.Logging;

/// <summary>
/// Writes lines from one thread, so that a slow terminal, pipe or disk never slows a request. When its queue is full, lines are
/// dropped and counted, and the count is written when there is room again.
/// </summary>
internal sealed class LogLineWriter : IDisposable
{
    public const int UsualCapacity = 10_000;

    private const int LinesAtOnce = 200;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<LogLine> _lines;
    private readonly List<LogEntry> _notes = [];
    private readonly LogFiles? _files;
    private readonly LogBatch[] _batches;
    private readonly Thread _thread;
    private long _dropped;

    public LogLineWriter(Stream output, int capacity, LogFiles? files = null)
    {
        _lines = new BlockingCollection<LogLine>(capacity);
        _files = files;
        _batches = [new LogBatch(LogTargets.StandardOutput, new StandardOutput(output)), .. files?.Batches(_notes.Add) ?? []];
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "log writer" };
        _thread.Start();
    }

    /// <summary>Makes lines of what the writer itself has to say.</summary>
    public Func<LogEntry, byte[]>? Render { get; set; }

    public bool WritesFiles => _files is not null;

    public void Write(in LogLine line)
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
            _files?.Dispose();
        }
    }

    private bool TryAdd(in LogLine line)
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
        foreach (var first in _lines.GetConsumingEnumerable())
        {
            Add(first);
            for (var count = 1; count < LinesAtOnce && _lines.TryTake(out var line); count++)
            {
                Add(line);
            }

            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                _notes.Add(LogNotes.LinesDropped(dropped));
                AddNotes();
            }

            WriteOut();
            if (_notes.Count > 0)
            {
                AddNotes();
                WriteOut();
            }
        }
    }

    private void Add(in LogLine line)
    {
        foreach (var batch in _batches)
        {
            batch.Add(line);
        }
    }

    private void WriteOut()
    {
        foreach (var batch in _batches)
        {
            batch.WriteOut();
        }
    }

    private void AddNotes()
    {
        foreach (var note in Render is null ? [] : _notes)
        {
            Add(new LogLine(Render!(note), LogTargets.Main));
        }

        _notes.Clear();
    }
}
