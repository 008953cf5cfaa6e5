using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Logging.Files;

/// <summary>The log files of MCP_LOG_FILE: itself, and beside it error.log, access.log and audit.log (S-209, S-210).</summary>
internal sealed class LogFiles : IDisposable
{
    private const string Setting = "MCP_LOG_FILE";
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private static readonly (LogTargets Target, string Name)[] Beside =
        [(LogTargets.ErrorFile, "error.log"), (LogTargets.AccessFile, "access.log"), (LogTargets.AuditFile, "audit.log")];

    private readonly LoggingOptions _options;
    private readonly TimeProvider _clock;
    private readonly List<LogFile> _files = [];

    private LogFiles(LoggingOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <summary>Null when MCP_LOG_FILE is not set.</summary>
    public static LogFiles? From(LoggingOptions options, TimeProvider clock) => options.File.Length == 0 ? null : new LogFiles(options, clock);

    /// <summary>Makes the folder and the files every service writes, so that a path that cannot be written is told at once.</summary>
    /// <exception cref="SettingsException">It cannot.</exception>
    public static void Check(LoggingOptions options)
    {
        if (options.File.Length == 0)
        {
            return;
        }

        try
        {
            var main = Path.GetFullPath(options.File);
            if (Beside.Any(file => file.Name.Equals(Path.GetFileName(main), StringComparison.OrdinalIgnoreCase)))
            {
                throw Refused("has the name of a file that is written beside it", "Name it mcp.log, for example.");
            }

            CreateFolder(Path.GetDirectoryName(main)!);
            AppendFile.Open(main).Dispose();
            AppendFile.Open(PathOf(options, "error.log")).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refused(
                $"names '{options.File}', which cannot be written: {exception.Message}",
                "Create the directory for the user the service runs as, or name another file; empty writes to standard output alone.");
        }
    }

    /// <param name="tell">Told when a file fails and when it is back.</param>
    public IEnumerable<LogBatch> Batches(Action<LogEntry> tell) =>
    [
        Open(LogTargets.MainFile, Path.GetFullPath(_options.File), tell),
        .. Beside.Select(file => Open(file.Target, PathOf(_options, file.Name), tell)),
    ];

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static string PathOf(LoggingOptions options, string name) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.File))!, name);

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    private static SettingsException Refused(string problem, string cure) =>
        new([new SettingError(Setting, problem, "log file", cure)]);

    private LogBatch Open(LogTargets target, string path, Action<LogEntry> tell)
    {
        var rotation = new LogRotation(path, LogRetention.Of(_options), _clock);
        rotation.PruneIfIdle();
        var file = new LogFile(path, rotation, _clock, tell);
        _files.Add(file);
        return new LogBatch(target, file);
    }
}
