using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Logging.Files;

/// <summary>When a file is put aside, and how long it is kept then.</summary>
/// <param name="MaxBytes">0: somebody else rotates, such as logrotate.</param>
/// <param name="Files">How many are kept; 0: any number.</param>
/// <param name="Days">How long they are kept; 0: for ever.</param>
internal sealed record LogRetention(long MaxBytes, int Files, int Days)
{
    public static LogRetention Of(LoggingOptions options) => new(options.MaxBytes, options.RetainFiles, options.RetainDays);
}
