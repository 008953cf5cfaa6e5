using System.Runtime.Versioning;
using System.Security.AccessControl;
using Microsoft.Win32.SafeHandles;
using ServiceDefaults.Durability;

namespace ServiceDefaults.Logging.Files;

/// <summary>
/// A file open for appending in the system's own sense: every write lands behind what is there, whoever wrote it. .NET's
/// FileMode.Append does not do that; it remembers a position, and two processes would overwrite each other.
/// </summary>
internal sealed class AppendFile : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly SafeFileHandle? _handle;
    private readonly FileStream? _stream;

    private AppendFile(SafeFileHandle? handle, FileStream? stream) => (_handle, _stream) = (handle, stream);

    /// <summary>A pipe has none.</summary>
    public long Length => _stream?.Length ?? (Libc.Position(_handle!) < 0 ? 0 : RandomAccess.GetLength(_handle!));

    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static AppendFile Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new AppendFile(handle: null, OpenOnWindows(path));
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            using var created = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = Mode,
            });
        }

        return new AppendFile(Libc.OpenForAppend(path), stream: null);
    }

    /// <summary>Appends whole lines, by one write as far as the system takes it.</summary>
    /// <returns>How many bytes are in the file: all, or less, up to a line's end, when the disk is full.</returns>
    public int Append(ReadOnlySpan<byte> lines, out IOException? failure)
    {
        failure = null;
        if (_stream is not null)
        {
            _stream.Write(lines);
            return lines.Length;
        }

        var written = Libc.Write(_handle!, lines, out failure);
        var whole = written == lines.Length ? written : lines[..written].LastIndexOf((byte)'\n') + 1;
        if (whole < written && Libc.Position(_handle!) is > 0 and var position && position == Length)
        {
            // Half a line would spoil the next one.
            RandomAccess.SetLength(_handle!, Length - (written - whole));
        }

        return whole;
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _stream?.Dispose();
    }

    [SupportedOSPlatform("windows")]
    private static FileStream OpenOnWindows(string path) => new FileInfo(path).Create(
        FileMode.OpenOrCreate,
        FileSystemRights.AppendData | FileSystemRights.ReadAttributes | FileSystemRights.Synchronize,
        FileShare.ReadWrite | FileShare.Delete,
        bufferSize: 1,
        FileOptions.None,
        fileSecurity: null);
}
