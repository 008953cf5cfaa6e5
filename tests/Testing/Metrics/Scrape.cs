using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.TestHost;
using ServiceDefaults;

namespace Testing;

/// <summary>A scrape, read as strictly as Prometheus reads it, in its text format or as OpenMetrics.</summary>
public sealed partial class Scrape
{
    private static readonly string[] Suffixes = ["_total", "_bucket", "_sum", "_count", "_created", "_info"];

    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _help = new(StringComparer.Ordinal);
    private readonly List<Sample> _samples = [];

    private Scrape(string text, bool openMetrics)
    {
        var lines = text.Split('\n');
        Demand(lines[^1].Length == 0, "the last line does not end");
        Demand(!openMetrics || lines[^2] == "# EOF", "there is no end");
        foreach (var line in lines[..^(openMetrics ? 2 : 1)])
        {
            Read(line);
        }

        var twice = _samples.GroupBy(sample => sample.Series, StringComparer.Ordinal).FirstOrDefault(series => series.Count() > 1);
        Demand(twice is null, $"'{twice?.Key}' stands there twice");
    }

    /// <summary>Families by name, with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyDictionary<string, string> Help => _help;

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlySet<string> Series => _samples.Select(sample => sample.Series).ToHashSet(StringComparer.Ordinal);

    public static Scrape OfText(string text) => new(text, openMetrics: false);

    public static Scrape OfOpenMetrics(string text) => new(text, openMetrics: true);

    public static async Task<Scrape> OfAsync(HttpClient metrics, CancellationToken cancellationToken) =>
        OfText(await metrics.GetStringAsync("/metrics", cancellationToken));

    /// <summary>Of a service that runs in memory: what it would serve on its metrics port.</summary>
    public static async Task<Scrape> OfAsync(TestServer server, ServiceIdentity service, CancellationToken cancellationToken)
    {
        var answer = await server.SendAsync(
            context =>
            {
                context.Request.Path = "/metrics";
                context.Connection.LocalPort = service.DefaultMetricsPort;
            },
            cancellationToken);
        using var text = new StreamReader(answer.Response.Body);
        return OfText(await text.ReadToEndAsync(cancellationToken));
    }

    /// <summary>Scrapes until it shows what is waited for.</summary>
    /// <exception cref="TimeoutException">It did not within a minute.</exception>
    public static async Task<Scrape> UntilAsync(HttpClient metrics, Predicate<Scrape> shows, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            var scrape = await OfAsync(metrics, cancellationToken);
            if (shows(scrape))
            {
                return scrape;
            }

            await Task.Delay(50, cancellationToken);
        }

        throw new TimeoutException("No scrape showed what was waited for.");
    }

    /// <summary>The sum over all series of that name with these labels; null when there is none.</summary>
    public double? Value(string name, params (string Label, string Value)[] labels)
    {
        var values = With(name, labels).Select(sample => sample.Value).ToList();
        return values.Count > 0 ? values.Sum() : null;
    }

    public IEnumerable<Sample> With(string name, params (string Label, string Value)[] labels) => _samples.Where(sample =>
        sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value));

    private void Read(string line)
    {
        if (Comment().Match(line) is { Success: true } comment)
        {
            var of = comment.Groups["kind"].Value switch { "TYPE" => _types, "HELP" => _help, _ => null };
            Demand(of is null || of.TryAdd(comment.Groups["name"].Value, comment.Groups["rest"].Value), $"'{line}' comes twice");
            return;
        }

        var match = Line().Match(line);
        Demand(match.Success, $"'{line}' cannot be read");
        var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(
            label => label.Groups["key"].Value, label => Unescaped(label.Groups["value"].Value), StringComparer.Ordinal);
        var name = match.Groups["name"].Value;
        Demand(IsOfKnownFamily(name), $"'{name}' has no type");
        _samples.Add(new Sample(name, labels, Number(match.Groups["value"].Value), match.Groups["exemplar"].Value));
    }

    private bool IsOfKnownFamily(string name) =>
        _types.ContainsKey(name) || Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal) && _types.ContainsKey(name[..^suffix.Length]));

    private static string Unescaped(string text)
    {
        var result = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            result.Append(text[index] != '\\' ? text[index] : text[++index] == 'n' ? '\n' : text[index]);
        }

        return result.ToString();
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static void Demand(bool holds, string problem)
    {
        if (!holds)
        {
            throw new FormatException($"Not a scrape: {problem}.");
        }
    }

    [GeneratedRegex("^# (?<kind>TYPE|HELP|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="(\\[\\n"]|[^\\"])*",?)*)\})? (?<value>[-+0-9.eEInfaN]+)( # (?<exemplar>\{[^{}]*\} [-+0-9.eE]+ [0-9.eE+]+))?$""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex("""(?<key>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(\\[\\n"]|[^\\"])*)",?""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
