using System.Text;

namespace Aspire.Hosting.Orchestration;

/// <summary>Takes one output line of a resource: the bytes as written, without the line end.</summary>
internal delegate void LineSink(ReadOnlySpan<byte> line, bool isError);

/// <summary>
/// Reads a pipe into lines on a thread of its own, as fast as the writer writes, so a child never waits for us. Not on the
/// pool: pipe reads block, and a dozen resources would take every pool thread.
/// </summary>
internal sealed class LinePump
{
    /// <summary>Longest line kept, in bytes; the rest of a longer one is dropped and the line says so.</summary>
    public const int MaxLine = 64 * 1024;

    private static readonly byte[] CutMark = Encoding.ASCII.GetBytes(" [cut: longer than 64 KiB]");

    private readonly Stream _pipe;
    private readonly bool _isError;
    private readonly LineSink _sink;
    private readonly byte[] _line = new byte[MaxLine + CutMark.Length];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _length;
    private bool _isCut;

    private LinePump(Stream pipe, bool isError, LineSink sink)
    {
        _pipe = pipe;
        _isError = isError;
        _sink = sink;
    }

    public static Task Start(Stream pipe, bool isError, LineSink sink)
    {
        var pump = new LinePump(pipe, isError, sink);
        new Thread(pump.Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "resource output" }.Start();
        return pump._ended.Task;
    }

    private void Run()
    {
        var buffer = new byte[16 * 1024];

        try
        {
            while (_pipe.Read(buffer) is var count and > 0)
            {
                Take(buffer.AsSpan(0, count));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The pipe was closed under us: the process is gone.
        }

        if (_length > 0 || _isCut)
        {
            Emit();
        }

        _ended.SetResult();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            var kept = Math.Min(part.Length, MaxLine - _length);
            part[..kept].CopyTo(_line.AsSpan(_length));
            _length += kept;
            _isCut |= kept < part.Length;

            if (end < 0)
            {
                return;
            }

            Emit();
            bytes = bytes[(end + 1)..];
        }
    }

    private void Emit()
    {
        if (_isCut)
        {
            CutMark.CopyTo(_line, _length);
            _length += CutMark.Length;
        }

        var line = _line.AsSpan(0, _length);
        _sink(line is [.., (byte)'\r'] ? line[..^1] : line, _isError);
        _length = 0;
        _isCut = false;
    }
}
