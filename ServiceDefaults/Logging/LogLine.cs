namespace ServiceDefaults.Logging;

/// <summary>Where a line goes. Of files, only those there are.</summary>
[Flags]
internal enum LogTargets
{
    None = 0,
    StandardOutput = 1,
    MainFile = 2,
    ErrorFile = 4,
    AccessFile = 8,
    AuditFile = 16,
    Main = StandardOutput | MainFile,
}

/// <summary>One line in UTF-8, its end included.</summary>
internal readonly record struct LogLine(byte[] Utf8, LogTargets Targets);
