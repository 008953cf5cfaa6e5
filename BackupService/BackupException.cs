namespace BackupService;

/// <summary>Why a backup verb or run ended without its result; the number is the exit code .</summary>
internal enum BackupFailure
{
    Failed = 1,
    Usage = 2,
    Partial = 3,
    NoRepository = 10,
    Locked = 11,
    WrongKey = 12,
    Tampered = 13,
    SourceUnreachable = 14,
    DiskFull = 15,
    Configuration = 78,
    Cancelled = 130,
}

/// <summary>A backup could not be made or is not what it claims to be. The message names the thing and the cure.</summary>
internal sealed class BackupException(BackupFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public BackupFailure Failure { get; } = failure;

    // errno of ENOSPC, EDQUOT (Linux, macOS), and the Windows forms of a full disk.
    private static readonly int[] DiskFullCodes = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Names what went wrong below a backup: a full disk is told apart from every other failure.</summary>
    public static BackupException From(Exception exception) => exception switch
    {
        BackupException known => known,
        OperationCanceledException => new(BackupFailure.Cancelled, "The backup was cancelled.", exception),
        IOException io when DiskFullCodes.Contains(io.HResult) => new(
            BackupFailure.DiskFull, $"The disk of the backup directory is full: {io.Message} Free space, or move MCP_BACKUP_DIR.", io),
        UnauthorizedAccessException or IOException => new(BackupFailure.Failed, exception.Message, exception),
        _ => new(BackupFailure.Failed, $"{exception.GetType().Name}: {exception.Message}", exception),
    };
}
