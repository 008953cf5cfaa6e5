using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Logging;

/// <summary>Lines that have a file of their own beside the service's log: requests in access.log, the audit in audit.log.</summary>
public sealed class SideLogs
{
    private readonly LogLineWriter _writer;
    private readonly LogTargets _access;

    internal SideLogs(LogLineWriter writer, IOptions<LoggingOptions> options)
    {
        _writer = writer;
        _access = options.Value.AccessLog switch
        {
            LoggingOptions.ToFile when writer.WritesFiles => LogTargets.AccessFile,
            LoggingOptions.ToStandardOutput => LogTargets.Main,
            _ => LogTargets.None,
        };
    }

    /// <summary>Whether anybody wants a line for each request; settings decide it once, at the start.</summary>
    public bool WritesAccess => _access != LogTargets.None;

    public bool WritesAudit => _writer.WritesFiles;

    /// <param name="line">JSON in UTF-8 with a line's end, without secrets.</param>
    public void Access(byte[] line) => _writer.Write(new LogLine(line, _access));

    /// <param name="line">JSON in UTF-8 with a line's end, without secrets.</param>
    public void Audit(byte[] line) => _writer.Write(new LogLine(line, LogTargets.AuditFile));
}
