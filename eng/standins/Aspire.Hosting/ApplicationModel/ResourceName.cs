namespace Aspire.Hosting.ApplicationModel;

/// <summary>The rule for names of resources, endpoints and parameters.</summary>
internal static class ResourceName
{
    public static void Validate(string name, string target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        var fault = name switch
        {
            { Length: > 64 } => "It must be at most 64 characters long.",
            _ when !char.IsAsciiLetter(name[0]) => "It must start with an ASCII letter.",
            _ when name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-') => "It may hold only ASCII letters, digits and hyphens.",
            _ when name.Contains("--", StringComparison.Ordinal) => "It may not hold two hyphens in a row.",
            _ when name[^1] == '-' => "It may not end with a hyphen.",
            _ => null,
        };

        if (fault is not null)
        {
            throw new ArgumentException($"{target} name '{name}' is invalid. {fault}", nameof(name));
        }
    }

    /// <summary>The form of a name in an environment variable: letters and digits stay, the rest becomes an underscore.</summary>
    public static string ToVariable(string name)
    {
        var letters = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return letters.Length > 0 && char.IsAsciiDigit(letters[0]) ? "_" + letters : letters;
    }
}
