using System.Globalization;
using Microsoft.Extensions.Configuration;
using ServiceDefaults.Settings;

namespace ServiceDefaults.Telemetry.Otlp;

/// <summary>
/// The variables of the OpenTelemetry specification that say where telemetry goes. The SDK ignores what it cannot read and
/// sends to localhost, or everything; an operator learns at the start instead, not when the traces are missed.
/// </summary>
internal sealed class OtlpSettings
{
    public const string Sampler = "OTEL_TRACES_SAMPLER";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] Signals = ["", "TRACES_", "METRICS_", "LOGS_"];

    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    private OtlpSettings(IEnumerable<Uri> endpoints) => Authorities = endpoints.Select(AuthorityOf).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Scheme, host and port of every collector.</summary>
    public IReadOnlySet<string> Authorities { get; }

    /// <summary>Null: OTEL_EXPORTER_OTLP_ENDPOINT is not set, and nothing is sent anywhere.</summary>
    /// <exception cref="SettingsException">Some are malformed; it names all of them and repeats no value, for URLs and headers hold credentials.</exception>
    public static OtlpSettings? Read(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[Prefix + "ENDPOINT"]))
        {
            return null;
        }

        var errors = Signals.SelectMany(signal => Check(configuration, signal)).Concat(CheckSampler(configuration)).ToList();
        return errors.Count > 0
            ? throw new SettingsException(errors)
            : new OtlpSettings(Signals.Select(signal => configuration[$"{Prefix}{signal}ENDPOINT"]).Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => new Uri(text!)));
    }

    public static string AuthorityOf(Uri endpoint) => endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static IEnumerable<SettingError> Check(IConfiguration configuration, string signal)
    {
        var (endpoint, protocol, headers) = ($"{Prefix}{signal}ENDPOINT", $"{Prefix}{signal}PROTOCOL", $"{Prefix}{signal}HEADERS");
        if (configuration[endpoint] is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
        {
            yield return Error(endpoint, "is not an absolute http or https URL", "Write http://collector:4317, or remove it to send nothing.");
        }

        if (configuration[protocol] is { Length: > 0 } name && name is not ("grpc" or "http/protobuf"))
        {
            yield return Error(protocol, "is not a protocol the exporter speaks", "Write grpc or http/protobuf.");
        }

        if (configuration[headers] is { Length: > 0 } pairs && pairs.Split(',').Any(pair => pair.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            yield return Error(headers, "is not a list of headers", "Write name=value, several of them with commas between.");
        }
    }

    private static IEnumerable<SettingError> CheckSampler(IConfiguration configuration)
    {
        if (configuration[Sampler] is not { Length: > 0 } sampler)
        {
            yield break;
        }

        if (!Samplers.Contains(sampler, StringComparer.OrdinalIgnoreCase))
        {
            yield return Error(Sampler, "is not a sampler of the specification", $"Write one of {string.Join(", ", Samplers)}, or remove it and use MCP_TRACE_SAMPLE_RATIO.");
        }
        else if (sampler.EndsWith("ratio", StringComparison.OrdinalIgnoreCase)
            && configuration[SamplerArgument] is { Length: > 0 } argument
            && !(double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1))
        {
            yield return Error(SamplerArgument, "is not a number from 0 to 1", "Write a share of traces, like 0.1.");
        }
    }

    private static SettingError Error(string key, string problem, string cure) => new(key, problem, "OpenTelemetry variables", cure);
}
