using System.Globalization;
using System.Text.RegularExpressions;

namespace ServiceDefaults.Logging.Files;

/// <summary>
/// Puts a full log file aside as <c>mcp.log.20261120T141500Z</c>, which shippers of <c>*.log</c> do not take for another log, and
/// deletes the oldest of those. Of several processes one rotates; the others find a new file when they open theirs again.
/// </summary>
internal sealed partial class LogRotation(string path, LogRetention retention, TimeProvider clock)
{
    /// <summary>Others may write to a file that was put aside until they open theirs again.</summary>
    private static readonly TimeSpan InUse = TimeSpan.FromSeconds(10);

    private readonly string _folder = Path.GetDirectoryName(path)!;
    private readonly string _name = Path.GetFileName(path);

    public bool IsDue(long length) => retention.MaxBytes > 0 && length >= retention.MaxBytes;

    /// <summary>Rotates, unless somebody else does or just did.</summary>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    public void Rotate()
    {
        using var held = TryLock();
        if (held is null)
        {
            return;
        }

        var file = new FileInfo(path);
        if (file.Exists && IsDue(file.Length))
        {
            File.Move(path, FreeName());
        }

        Prune();
    }

    /// <summary>Deletes what is too old or too many, if this process may.</summary>
    public void PruneIfIdle()
    {
        try
        {
            using var held = TryLock();
            if (held is not null)
            {
                Prune();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next rotation tries again.
        }
    }

    /// <summary>Null while somebody else holds it. The lock ends with the process, however that ends.</summary>
    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(_folder, $".{_name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    private string FreeName()
    {
        var name = $"{path}.{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var free = name;
        for (var number = 2; File.Exists(free); number++)
        {
            free = $"{name}-{number.ToString("D4", CultureInfo.InvariantCulture)}";
        }

        return free;
    }

    private void Prune()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var oldest = retention.Days > 0 ? now - TimeSpan.FromDays(retention.Days) : DateTime.MinValue;
        var rotated = new DirectoryInfo(_folder).EnumerateFiles(_name + ".*")
            .Where(file => OurSuffix().IsMatch(file.Name.AsSpan(_name.Length)))
            .OrderByDescending(file => file.Name, StringComparer.Ordinal)
            .ToList();
        foreach (var file in rotated.Where((file, index) => IsTooMany(index) || file.LastWriteTimeUtc < oldest))
        {
            if (now - file.LastWriteTimeUtc >= InUse)
            {
                file.Delete();
            }
        }
    }

    private bool IsTooMany(int index) => retention.Files > 0 && index >= retention.Files;

    [GeneratedRegex(@"^\.\d{8}T\d{6}Z(-\d{4})?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OurSuffix();
}
