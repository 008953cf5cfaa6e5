using System.Buffers;

namespace ServiceDefaults.Logging;

/// <summary>Whole lines for one target, written at once.</summary>
internal sealed class LogBatch(LogTargets target, ILogOutput output)
{
    private const int LargestKept = 1024 * 1024;

    private ArrayBufferWriter<byte> _lines = new(16 * 1024);
    private int _count;

    public void Add(in LogLine line)
    {
        if ((line.Targets & target) != LogTargets.None)
        {
            _lines.Write(line.Utf8);
            _count++;
        }
    }

    public void WriteOut()
    {
        if (_count == 0)
        {
            return;
        }

        output.Write(_lines.WrittenSpan, _count);
        _count = 0;
        if (_lines.Capacity > LargestKept)
        {
            _lines = new ArrayBufferWriter<byte>(16 * 1024);
        }
        else
        {
            _lines.ResetWrittenCount();
        }
    }
}

/// <summary>Somewhere lines end up. What cannot be written is its own business: a service is worth more than its log.</summary>
internal interface ILogOutput
{
    /// <param name="lines">Whole lines.</param>
    /// <param name="count">How many.</param>
    void Write(ReadOnlySpan<byte> lines, int count);
}
