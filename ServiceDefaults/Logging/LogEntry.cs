using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>What one call of a logger says.</summary>
/// <param name="Event">Name of the event; null when the call has none.</param>
/// <param name="Fields">The values in the message's braces, and the template as <c>{OriginalFormat}</c>.</param>
internal readonly record struct LogEntry(
    string Category, LogLevel Level, string? Event, string Message, IReadOnlyList<KeyValuePair<string, object?>> Fields, Exception? Exception)
{
    private const string TemplateField = "{OriginalFormat}";

    /// <summary>The event's name in snake_case, else the message template, which is the same for every line of this kind.</summary>
    public string EventOrTemplate
    {
        get
        {
            if (!string.IsNullOrEmpty(Event))
            {
                return SnakeCase.Of(Event);
            }

            foreach (var (name, value) in Fields)
            {
                if (name == TemplateField && value is string template)
                {
                    return template;
                }
            }

            return Message;
        }
    }

    public static bool IsTemplate(string name) => name == TemplateField;
}
