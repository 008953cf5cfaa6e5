using System.Text.RegularExpressions;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Turns a unit in UCUM's notation into words: <c>s</c> into seconds, <c>By/s</c> into bytes_per_second.</summary>
internal static partial class UnitName
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds",
        ["us"] = "microseconds", ["ns"] = "nanoseconds",
        ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["TiBy"] = "tibibytes",
        ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["TBy"] = "terabytes",
        ["B"] = "bytes", ["KB"] = "kilobytes", ["MB"] = "megabytes", ["GB"] = "gigabytes", ["TB"] = "terabytes",
        ["m"] = "meters", ["V"] = "volts", ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams",
        ["Cel"] = "celsius", ["Hz"] = "hertz", ["1"] = "", ["%"] = "percent", ["$"] = "dollars",
    };

    private static readonly Dictionary<string, string> PerWords = new(StringComparer.Ordinal)
    {
        ["s"] = "second", ["m"] = "minute", ["h"] = "hour", ["d"] = "day", ["w"] = "week", ["mo"] = "month", ["y"] = "year",
    };

    /// <returns>Empty when nothing is to be appended to the name.</returns>
    public static string Of(string? unit)
    {
        var text = Annotation().Replace(unit ?? "", "");
        var parts = text.Split('/', 2);
        var words = parts is [var of, { Length: > 0 } per] ? $"{Word(Words, of)}_per_{Word(PerWords, per)}" : Word(Words, text);
        return MetricNames.Clean(words).Trim('_');
    }

    private static string Word(Dictionary<string, string> words, string unit) => words.GetValueOrDefault(unit, unit);

    /// <summary>What stands in braces explains the unit to people: <c>{request}</c>.</summary>
    [GeneratedRegex("[{][^}]*[}]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Annotation();
}
