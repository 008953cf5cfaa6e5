using System.Globalization;

namespace ServiceDefaults;

/// <summary>The one form of a time in log lines and health documents: UTC, to the millisecond.</summary>
public static class UtcText
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
