using System.Text;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Turns a unit in UCUM's notation into words: <c>s</c> into seconds, <c>By/s</c> into bytes_per_second.</summary>
internal static class UnitName
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

    /// <returns>Null when nothing is to be appended to the name.</returns>
    public static string? Of(string? unit)
    {
        var text = WithoutAnnotations(unit ?? "");
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < text.Length - 1)
        {
            var per = text[(slash + 1)..];
            text = $"{Word(Words, text[..slash])}_per_{Word(PerWords, per)}";
        }
        else
        {
            text = Word(Words, text);
        }

        var name = MetricNames.Sanitize(text).Trim('_');
        return name.Length == 0 ? null : name;
    }

    private static string Word(Dictionary<string, string> words, string unit) => words.GetValueOrDefault(unit, unit);

    /// <summary>What stands in braces explains the unit to people: <c>{request}</c>.</summary>
    private static string WithoutAnnotations(string unit)
    {
        var result = new StringBuilder(unit.Length);
        var depth = 0;
        foreach (var character in unit)
        {
            depth += character == '{' ? 1 : 0;
            if (depth == 0)
            {
                result.Append(character);
            }

            depth -= character == '}' && depth > 0 ? 1 : 0;
        }

        return result.ToString();
    }
}
