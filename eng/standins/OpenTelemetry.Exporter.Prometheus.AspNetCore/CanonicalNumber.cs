using System.Globalization;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Numbers as text.</summary>
internal static class CanonicalNumber
{
    /// <summary>The shortest text that reads back as the same number: 1, 0.005, 1E+21.</summary>
    public static string Shortest(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A number in a label, as OpenMetrics wants it: 1.0, 0.005, 1e+06, 1e+21. .NET goes on writing digits where this stops.</summary>
    public static string Label(double value) => Shortest(value) switch
    {
        "0" or "-0" => "0.0",
        var text when text.Contains('E', StringComparison.Ordinal) => text.ToLowerInvariant(),
        var text when !double.IsFinite(value) => text,
        _ when Math.Abs(value) >= 1e6 => (value < 0 ? "-" : "") + Scientific(Shortest(Math.Abs(value))),
        var text => text.Contains('.', StringComparison.Ordinal) ? text : text + ".0",
    };

    private static string Scientific(string digits)
    {
        var all = digits.Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        return $"{all[0]}{(all.Length > 1 ? "." : "")}{all[1..]}e+{digits.Split('.')[0].Length - 1:00}";
    }
}
