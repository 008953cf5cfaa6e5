namespace Aspire.Hosting.Orchestration;

/// <summary>
/// What one instance wrote, line by line as it wrote it. At 16 MiB the file becomes <c>.old</c> and a new one begins. A
/// full or read-only disk costs lines, never the resource; it is said once.
/// </summary>
internal sealed class ResourceLogFile(
    string path, TimeProvider clock, Action<string> say, long maxBytes = ResourceLogFile.DefaultMaxBytes) : IDisposable
{
    public const long DefaultMaxBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private FileStream? _file;
    private long _failedAt;
    private bool _hasFailed;
    private bool _hasSaid;

    public string Path => path;

    /// <summary>Makes the file, so that it can be followed before the first line.</summary>
    public void Create() => Append([], isLine: false);

    public void Append(ReadOnlySpan<byte> line) => Append(line, isLine: true);

    private void Append(ReadOnlySpan<byte> line, bool isLine)
    {
        lock (_gate)
        {
            if (_hasFailed && clock.GetElapsedTime(_failedAt) < RetryAfter)
            {
                return;
            }

            try
            {
                _file ??= Open();

                if (_file.Length > 0 && _file.Length + line.Length + 1 > maxBytes)
                {
                    _file.Dispose();
                    _file = null;
                    File.Move(path, path + ".old", overwrite: true);
                    _file = Open();
                }

                if (isLine)
                {
                    _file.Write(line);
                    _file.Write("\n"u8);
                    _file.Flush();
                }

                _hasFailed = false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Fail(exception);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private void Fail(Exception exception)
    {
        _hasFailed = true;
        _failedAt = clock.GetTimestamp();

        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // Disposing writes what is buffered, which fails again on a full disk.
        }

        _file = null;

        if (!_hasSaid)
        {
            _hasSaid = true;
            say($"Cannot write {path}: {exception.Message} The resource runs on; its output is not kept until this is mended.");
        }
    }
}
