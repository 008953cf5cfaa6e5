using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpWorker.Arguments;

/// <summary><c>minLength</c>, <c>maxLength</c>, <c>pattern</c>. Lengths count characters as people do: a pair of surrogates is one.</summary>
internal sealed class StringRule(int? atLeast, int? atMost, Regex? pattern) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            return;
        }

        var text = value.GetString()!;
        var length = atLeast is null && atMost is null ? 0 : LengthOf(text);
        if (length < atLeast)
        {
            findings.Add(length == 0 ? "is empty; fill it in" : $"has {length} characters; it needs at least {atLeast}");
        }
        else if (length > atMost)
        {
            findings.Add($"has {length} characters; at most {atMost} fit. Shorten it");
        }
        else if (pattern is not null && !Matches(pattern, text))
        {
            findings.Add($"does not have the form {Shown.Short(pattern.ToString())}");
        }
    }

    /// <summary>A pattern that takes too long is not matched.</summary>
    public static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static int LengthOf(string text)
    {
        var pairs = 0;
        foreach (var letter in text)
        {
            pairs += char.IsLowSurrogate(letter) ? 1 : 0;
        }

        return text.Length - pairs;
    }
}
