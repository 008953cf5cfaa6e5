using System.Collections.Concurrent;
using ServiceDefaults.Logging.Files;

namespace ServiceDefaults.Logging;

/// <summary>
/// Writes lines from one thread, so that a slow terminal, pipe or disk never slows a request. It gathers for a moment before it
/// writes: waking a thread costs more than making the line it is woken for. Errors do not wait. When its queue is full, lines
/// are dropped and counted, and the count is written when there is room again.
/// </summary>
internal sealed class LogLineWriter : IDisposable
{
    public const int UsualCapacity = 10_000;

    private const int LinesAtOnce = 200;
    private const int Many = UsualCapacity / 10;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<LogLine> _lines = new();
    private readonly AutoResetEvent _something = new(initialState: false);
    private readonly AutoResetEvent _hurry = new(initialState: false);
    private readonly List<LogEntry> _notes = [];
    private readonly int _capacity;
    private readonly LogFiles? _files;
    private readonly LogBatch[] _batches;
    private readonly Thread _thread;
    private int _waiting;
    private bool _isIdle;
    private volatile bool _isEnding;
    private long _dropped;

    public LogLineWriter(Stream output, int capacity, LogFiles? files = null)
    {
        _capacity = capacity;
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
        var waiting = Interlocked.Increment(ref _waiting);
        if (_isEnding || waiting > _capacity)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _dropped);
            return;
        }

        _lines.Enqueue(line);
        if (Interlocked.Exchange(ref _isIdle, false))
        {
            Signal(_something);
        }

        if (waiting == Many || (line.Targets & LogTargets.ErrorFile) != LogTargets.None)
        {
            Signal(_hurry);
        }
    }

    public void Dispose()
    {
        _isEnding = true;
        _something.Set();
        _hurry.Set();
        if (_thread.Join(LastWords))
        {
            _something.Dispose();
            _hurry.Dispose();
            _files?.Dispose();
        }
    }

    private static void Signal(AutoResetEvent waited)
    {
        try
        {
            waited.Set();
        }
        catch (ObjectDisposedException)
        {
            // Disposed in between; whoever logs last must not fail for it.
        }
    }

    private void WriteAll()
    {
        while (true)
        {
            Interlocked.Exchange(ref _isIdle, true);
            if (_lines.IsEmpty && !_isEnding)
            {
                _something.WaitOne();
            }

            Interlocked.Exchange(ref _isIdle, false);
            if (!_isEnding)
            {
                _hurry.WaitOne(Gather);
            }

            var isLast = _isEnding;
            while (!_lines.IsEmpty)
            {
                WriteSome();
            }

            if (isLast)
            {
                return;
            }
        }
    }

    private void WriteSome()
    {
        for (var count = 0; count < LinesAtOnce && _lines.TryDequeue(out var line); count++)
        {
            Interlocked.Decrement(ref _waiting);
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
