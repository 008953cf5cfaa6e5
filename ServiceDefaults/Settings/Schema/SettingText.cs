using System.Globalization;
using System.Text.Json;

namespace ServiceDefaults.Settings.Schema;

/// <summary>A setting's value from text, and as text again.</summary>
internal static class SettingText
{
    /// <summary>The value, or what is wrong with the text. The problem quotes the text unless it is a secret.</summary>
    public static (object? Value, string? Problem) Parse(SettingDefinition definition, string text)
    {
        var type = definition.Property.PropertyType;
        if (type == typeof(string) || type == typeof(IReadOnlyList<string>))
        {
            // Nothing we name or sign with has one: it is a file of two lines, or a quote that was not closed.
            return text.Any(char.IsControl) ? (null, "holds a control character, such as a line break or a tab")
                : type == typeof(string) ? (text, null) : ParseList(text);
        }

        object? value = type == typeof(int) ? ParseInt(text)
            : type == typeof(long) ? ParseLong(text)
            : type == typeof(double) ? ParseDouble(text)
            : type == typeof(bool) ? ParseBool(text)
            : throw new InvalidOperationException($"{definition.Name} has the type {type.Name}, which settings do not support.");

        return value is not null ? (value, null) : (null, $"{Quote(definition, text)} is not {NameOf(type)}");
    }

    /// <summary>The value as an operator writes it: lists as JSON arrays, booleans in lower case.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IReadOnlyList<string> { Count: 0 } => "",
        IReadOnlyList<string> list => JsonSerializer.Serialize(list, SettingsJson.Relaxed),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    public static string NameOf(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "text" : "a list";

    private static int? ParseInt(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? ParseLong(string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? ParseDouble(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static bool? ParseBool(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        _ => null,
    };

    /// <summary>A JSON array of strings, or elements separated by commas (S-047).</summary>
    private static (object? Value, string? Problem) ParseList(string text)
    {
        if (!text.TrimStart().StartsWith('['))
        {
            return (text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), null);
        }

        try
        {
            var elements = JsonSerializer.Deserialize<string?[]>(text)!;
            return elements.Any(string.IsNullOrWhiteSpace)
                ? (null, "holds an empty element")
                : (elements.Select(element => element!.Trim()).ToArray(), null);
        }
        catch (JsonException)
        {
            return (null, "starts with [ but is not a JSON array of strings");
        }
    }

    private static string Quote(SettingDefinition definition, string text) =>
        definition.Setting.Secret ? "the value"
        : text.Length <= 40 ? $"'{text}'"
        : $"'{text[..40]}…'";
}
