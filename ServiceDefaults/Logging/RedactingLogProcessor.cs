using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Logs;
using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Logging;

/// <summary>
/// Takes secrets out of what is exported, by the rules of the log lines. It adds the scopes' fields itself, because the
/// exporter would take them unseen, and tells exceptions as attributes, because it would print their text unseen.
/// </summary>
internal sealed class RedactingLogProcessor(LogScopes scopes) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var fields = data.Attributes ?? [];
        var clean = new List<KeyValuePair<string, object?>>(fields.Count + 4);
        foreach (var (name, value) in fields)
        {
            clean.Add(new(name, Clean(name, value)));
        }

        AddScopes(clean);
        if (data.Exception is { } exception)
        {
            clean.Add(new("exception.type", exception.GetType().FullName));
            clean.Add(new("exception.message", Clean(exception.Message, fields, CleanText.LongestValue)));
            clean.Add(new("exception.stacktrace", Clean(exception.ToString(), fields, CleanText.LongestTrace)));
            data.Exception = null;
        }

        data.FormattedMessage = data.FormattedMessage is { } message ? Clean(message, fields, CleanText.LongestValue) : null;
        data.Body = data.Body is { } body ? CleanText.Of(body, CleanText.LongestValue) : null;
        data.Attributes = clean;
    }

    private static string Clean(string text, IReadOnlyList<KeyValuePair<string, object?>> fields, int longest) =>
        CleanText.Of(LogEntry.CleanOf(text, fields), longest);

    private static object? Clean(string name, object? value) => value switch
    {
        null => null,
        _ when LogEntry.IsTemplate(name) => value,
        _ when SecretNames.IsSecret(name) => SecretNames.Mask,
        string text => CleanText.Of(text, CleanText.LongestValue),
        bool or byte or sbyte or short or ushort or int or uint or long or float or double => value,
        IEnumerable<KeyValuePair<string, string>> members => string.Join(
            ", ", members.Select(member => $"{member.Key}: {(SecretNames.IsSecret(member.Key) ? SecretNames.Mask : CleanText.Of(member.Value, CleanText.LongestValue))}")),
        IEnumerable<string> texts => texts.Select(text => CleanText.Of(text, CleanText.LongestValue)).ToArray(),
        _ => CleanText.Of(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", CleanText.LongestValue),
    };

    private void AddScopes(List<KeyValuePair<string, object?>> clean) => scopes.Provider.ForEachScope(
        static (scope, clean) =>
        {
            foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                if (!LogEntry.IsTemplate(name) && !clean.Exists(field => field.Key == name))
                {
                    clean.Add(new(name, Clean(name, value)));
                }
            }
        },
        clean);
}
