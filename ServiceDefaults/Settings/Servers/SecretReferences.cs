using System.Text.RegularExpressions;

namespace ServiceDefaults.Settings.Servers;

/// <summary><c>${NAME}</c> in a text of <c>servers:</c> stands for the worker's variable NAME, or for the content of the file NAME_FILE names.</summary>
public static partial class SecretReferences
{
    private const int LongestFile = 64 * 1024;

    /// <summary>What a variable may be called.</summary>
    public static bool IsVariable(string name) => VariableName().IsMatch(name);

    public static bool Has(string text) => Reference().IsMatch(text);

    /// <summary>Whether there is a <c>${</c> that is no reference.</summary>
    public static bool IsBroken(string text) => Reference().Replace(text, "").Contains("${", StringComparison.Ordinal);

    /// <param name="variable">A variable of the worker; null or empty when it is not set.</param>
    public static ResolvedText Resolve(string text, Func<string, string?> variable)
    {
        var secrets = new List<string>();
        MissingSecret? first = null;
        var resolved = Reference().Replace(text, match =>
        {
            var secret = Find(match.Groups["name"].Value, variable, out var problem);
            secrets.Add(secret);
            first ??= problem;
            return secret;
        });
        return new ResolvedText(resolved, secrets, first);
    }

    /// <summary>The value a name stands for; empty when there is none, and <paramref name="missing"/> says why.</summary>
    public static string Find(string name, Func<string, string?> variable, out MissingSecret? missing)
    {
        missing = null;
        if (variable(name) is { Length: > 0 } value)
        {
            return value;
        }

        var file = variable(name + "_FILE");
        if (string.IsNullOrEmpty(file))
        {
            missing = new MissingSecret($"refers to {name}, and the worker has neither {name} nor {name}_FILE", $"Set {name} or {name}_FILE for the worker.");
            return "";
        }

        try
        {
            var text = new FileInfo(file).Length <= LongestFile ? File.ReadAllText(file).TrimEnd('\r', '\n') : "";
            if (text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal))
            {
                return text;
            }

            missing = new MissingSecret($"refers to {name}, and the file {name}_FILE names is empty, or no text of at most {LongestFile / 1024} KiB", "Write the value into it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            missing = new MissingSecret($"refers to {name}, and the file {name}_FILE names cannot be read ({exception.GetType().Name})", "Check that it is there and readable for the worker.");
        }

        return "";
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableName();

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]{0,127})\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}

/// <param name="Text">With values in place of references.</param>
/// <param name="Secrets">These values. Neither is of use when one is missing.</param>
/// <param name="Missing">The first reference to nothing.</param>
public sealed record ResolvedText(string Text, IReadOnlyList<string> Secrets, MissingSecret? Missing);

/// <summary>A name that stands for nothing; neither text holds a value.</summary>
public sealed record MissingSecret(string Problem, string Cure);
