namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Text that stays on its line and inside its quotation marks.</summary>
internal static class Escaped
{
    public static string Label(string text) => Help(text, quotationMarks: true);

    public static string Help(string text, bool quotationMarks)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotationMarks ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
