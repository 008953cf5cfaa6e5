namespace McpWorker.Hosting.Output;

/// <summary>Reads lines of bytes in bounded memory, however long they are.</summary>
internal sealed class LineReader(Stream stream, int longest)
{
    private const int Usual = 16 * 1024;

    private byte[] _buffer = new byte[Usual];
    private int _start;
    private int _end;
    private bool _skips;

    /// <summary>
    /// Blocks until there is a line. One that is too long comes cut; what is left of it is thrown away. Good until the next call.
    /// </summary>
    public LineKind Read(out ReadOnlyMemory<byte> line)
    {
        for (var scanned = 0; ;)
        {
            var length = _end - _start;
            var found = _buffer.AsSpan(_start + scanned, length - scanned).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = Take(scanned + found, skip: 1);
                scanned = 0;
                if (!_skips)
                {
                    return line.Length > longest ? LineKind.Cut : LineKind.Whole;
                }

                _skips = false;
                continue;
            }

            if (_skips)
            {
                (_start, _end, length) = (0, 0, 0);
            }
            else if (length > longest)
            {
                line = Take(length, skip: 0)[..longest];
                _skips = true;
                return LineKind.Cut;
            }

            scanned = length;
            MakeRoom();
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                line = Take(length, skip: 0);
                return length > 0 ? LineKind.Whole : LineKind.End;
            }

            _end += read;
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int skip)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + skip;
        return line.Span is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length < Usual / 2 && _buffer.Length > Usual)
        {
            // A large message is behind us; its memory need not stay.
            Move(new byte[Usual]);
        }
        else if (_end == _buffer.Length)
        {
            Move(length > _buffer.Length / 2 ? new byte[Math.Min(_buffer.Length * 2L, longest + (long)Usual)] : _buffer);
        }
    }

    private void Move(byte[] to)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(to);
        (_buffer, _end, _start) = (to, _end - _start, 0);
    }
}

internal enum LineKind
{
    Whole,
    Cut,
    End,
}
