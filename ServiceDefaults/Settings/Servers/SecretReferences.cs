using System.Text.RegularExpressions;

namespace ServiceDefaults.Settings.Servers;

/// <summary><c>${NAME}</c> in a text of <c>servers:</c> stands for the worker's variable NAME, or for the content of the file NAME_FILE names.</summary>
public static partial class SecretReferences
{
    public static bool Has(string text) => Reference().IsMatch(text);

    /// <summary>Whether there is a <c>${</c> that is no reference.</summary>
    public static bool IsBroken(string text) => Reference().Replace(text, "").Contains("${", StringComparison.Ordinal);

    /// <summary>The text with values in place of references.</summary>
    /// <param name="find">The value of a name; null when there is none.</param>
    /// <param name="missing">The first name that has none; else null.</param>
    public static string Resolve(string text, Func<string, string?> find, out string? missing)
    {
        string? first = null;
        var resolved = Reference().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            var value = find(name);
            first ??= value is null ? name : null;
            return value ?? "";
        });
        missing = first;
        return resolved;
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]{0,127})\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
