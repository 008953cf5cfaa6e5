namespace ServiceDefaults.Logging.Files;

/// <summary>
/// One log file, shared with other processes. It is opened anew every second it is written to, so a file that was renamed or
/// deleted is left within that time. What fails is tried again then; meanwhile lines are counted instead of kept.
/// </summary>
internal sealed class LogFile(string path, LogRotation rotation, TimeProvider clock, Action<LogEntry> tell) : ILogOutput, IDisposable
{
    private static readonly TimeSpan Reopen = TimeSpan.FromSeconds(1);

    private AppendFile? _file;
    private long _openedAt;
    private bool _hasFailed;
    private long _lost;

    public void Write(ReadOnlySpan<byte> lines, int count)
    {
        var now = clock.GetTimestamp();
        var isDue = _openedAt == 0 || clock.GetElapsedTime(_openedAt, now) >= Reopen;
        if (_file is null && !isDue)
        {
            _lost += count;
            return;
        }

        try
        {
            if (isDue || _file is null)
            {
                Close();
                _openedAt = now;
                _file = AppendFile.Open(path);
            }

            Append(_file, lines);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _lost += count;
            Fail(exception);
        }
    }

    public void Dispose() => Close();

    private void Append(AppendFile file, ReadOnlySpan<byte> lines)
    {
        var kept = file.Append(lines, out var failure);
        if (failure is not null)
        {
            _lost += lines[kept..].Count((byte)'\n');
            Fail(failure);
            return;
        }

        if (_hasFailed)
        {
            tell(LogNotes.FileRecovered(path, _lost));
            (_hasFailed, _lost) = (false, 0);
        }

        if (rotation.IsDue(file.Length))
        {
            rotation.Rotate();
            Close();
            _openedAt = 0;
        }
    }

    private void Fail(Exception exception)
    {
        Close();
        if (!_hasFailed)
        {
            _hasFailed = true;
            tell(LogNotes.FileFailed(path, exception.Message));
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
