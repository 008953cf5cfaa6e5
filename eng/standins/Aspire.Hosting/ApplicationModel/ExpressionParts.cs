using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Collects the text and the holes of an expression.</summary>
internal sealed class ExpressionParts(int capacity)
{
    private readonly StringBuilder _format = new(capacity);
    private readonly List<IValueProvider> _providers = [];
    private readonly List<string> _expressions = [];
    private readonly List<string?> _formats = [];

    public bool IsEmpty => _format.Length == 0;

    public void AddText(string? text)
    {
        if (text is not null)
        {
            // The format string belongs to string.Format: a literal brace must not open a hole.
            _format.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }
    }

    public void AddHole<T>(T provider, string? format)
        where T : IValueProvider, IManifestExpressionProvider
    {
        ArgumentNullException.ThrowIfNull(provider);
        _format.Append('{').Append(_providers.Count).Append('}');
        _providers.Add(provider);
        _expressions.Add(provider.ValueExpression);
        _formats.Add(format);
    }

    public ReferenceExpression ToExpression() => new(_format.ToString(), [.. _providers], [.. _expressions], [.. _formats]);
}

/// <summary>The formats of holes: only <c>uri</c>, percent-encoding, exists.</summary>
internal static class ValueFormat
{
    public const string Uri = "uri";

    /// <exception cref="FormatException">The format is unknown.</exception>
    public static string? Apply(string? value, string? format) => format switch
    {
        null => value,
        _ when string.Equals(format, Uri, StringComparison.OrdinalIgnoreCase) => value is null ? null : System.Uri.EscapeDataString(value),
        _ => throw new FormatException($"The format '{format}' is unknown; 'uri' is the only one."),
    };
}
