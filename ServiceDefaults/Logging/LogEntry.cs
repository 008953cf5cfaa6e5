using Microsoft.Extensions.Logging;
using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Logging;

/// <summary>What one call of a logger says.</summary>
/// <param name="Event">Name of the event; null when the call has none.</param>
/// <param name="Fields">The values in the message's braces, and the template as <c>{OriginalFormat}</c>.</param>
internal readonly record struct LogEntry(
    string Category, LogLevel Level, string? Event, string Message, IReadOnlyList<KeyValuePair<string, object?>> Fields, Exception? Exception)
{
    private const string TemplateField = "{OriginalFormat}";
    private const int ShortestSecret = 3;

    /// <summary>The event's name, else one made of the message template, which is the same for every line of this kind.</summary>
    public string EventName
    {
        get
        {
            if (!string.IsNullOrEmpty(Event))
            {
                return SqlEcho.IsStatement(Category, Event) ? SqlEcho.EventName : EventNames.OfName(Event);
            }

            // It is the last one.
            for (var index = Fields.Count - 1; index >= 0; index--)
            {
                if (IsTemplate(Fields[index].Key) && Fields[index].Value is string template)
                {
                    return EventNames.OfTemplate(template);
                }
            }

            return EventNames.Unnamed;
        }
    }

    /// <summary>The message without secrets: those that can be told by their form, and the values of fields whose name means one.</summary>
    public string CleanMessage => CleanOf(Message, Fields);

    public static bool IsTemplate(string name) => name == TemplateField;

    internal static string CleanOf(string message, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        for (var index = 0; index < fields.Count; index++)
        {
            var (name, value) = fields[index];
            if (!IsTemplate(name) && SecretNames.IsSecret(name) && value?.ToString() is { Length: >= ShortestSecret } secret)
            {
                message = message.Replace(secret, SecretNames.Mask, StringComparison.Ordinal);
            }
        }

        return message;
    }
}
