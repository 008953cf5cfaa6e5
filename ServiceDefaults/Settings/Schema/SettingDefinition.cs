using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.RegularExpressions;

namespace ServiceDefaults.Settings.Schema;

/// <summary>One setting of the catalog: the attribute, the property it binds to, its default and its bounds.</summary>
internal sealed partial class SettingDefinition(PropertyInfo property, SettingAttribute setting, object? defaultValue)
{
    private readonly ValidationAttribute[] _bounds = [.. property.GetCustomAttributes<ValidationAttribute>()];

    public SettingAttribute Setting { get; } = setting;

    public PropertyInfo Property { get; } = property;

    public object? Default { get; } = defaultValue;

    public string Name => Setting.Name;

    /// <summary>Key whose value is the path of a file that holds the value (S-043).</summary>
    public string FileKey => Setting.Name + "_FILE";

    /// <summary>A signing key or pepper, not a password: it has a least length.</summary>
    public bool IsKey => Setting.Secret && _bounds.Any(bound => bound is Catalog.MinBytesAttribute);

    /// <summary>Which values are accepted, for people.</summary>
    public string Accepts => string.Join("; ", _bounds.Select(Describe).DefaultIfEmpty(SettingText.NameOf(Property.PropertyType)));

    public bool IsDefault(object? value) => SettingText.Format(value) == SettingText.Format(Default);

    /// <summary>What is wrong with a value that has the right type; null when nothing is.</summary>
    public string? FindProblem(object options, object? value)
    {
        var context = new ValidationContext(options) { MemberName = Property.Name, DisplayName = Name };
        foreach (var bound in _bounds)
        {
            if (bound.GetValidationResult(value, context) is { } failed)
            {
                // The framework's own sentence names the C# property; operators know the key.
                return bound is RangeAttribute range ? $"must be between {range.Minimum} and {range.Maximum}" : failed.ErrorMessage;
            }
        }

        return null;
    }

    private string Describe(ValidationAttribute bound) => bound switch
    {
        RangeAttribute range => $"{range.Minimum} to {range.Maximum}",
        AllowedValuesAttribute allowed => string.Join(", ", allowed.Values),
        Catalog.MinBytesAttribute least => $"at least {least.Bytes} bytes",
        _ => Claim().Match(bound.FormatErrorMessage(Name)) is { Success: true } claim ? claim.Groups["values"].Value : SettingText.NameOf(Property.PropertyType),
    };

    [GeneratedRegex("^must (be |hold )?(?<values>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Claim();
}
