using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A text with holes that are filled at run time, or left as expressions in a manifest.</summary>
public class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    public static readonly ReferenceExpression Empty = new("", [], [], []);

    internal ReferenceExpression(string format, IValueProvider[] providers, string[] expressions, string?[] formats)
    {
        Format = format;
        ValueProviders = providers;
        ManifestExpressions = expressions;
        StringFormats = formats;
    }

    private ReferenceExpression(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
        : this("", [.. whenTrue.ValueProviders, .. whenFalse.ValueProviders], [], [])
    {
        Condition = condition;
        MatchValue = matchValue;
        WhenTrue = whenTrue;
        WhenFalse = whenFalse;
        ConditionalName = ConditionalNames.For(condition, matchValue, whenTrue, whenFalse);
    }

    public string Format { get; }

    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    public IReadOnlyList<string> ManifestExpressions { get; }

    public IReadOnlyList<string?> StringFormats { get; }

    public bool IsConditional => Condition is not null;

    public IValueProvider? Condition { get; }

    public string? MatchValue { get; }

    public ReferenceExpression? WhenTrue { get; }

    public ReferenceExpression? WhenFalse { get; }

    public string ValueExpression => ConditionalName is null
        ? string.Format(Format, [.. ManifestExpressions])
        : $"{{{ConditionalName}.connectionString}}";

    IEnumerable<object> IValueWithReferences.References => Condition is null
        ? ValueProviders
        : [Condition, .. ValueProviders];

    /// <summary>The name under which a manifest lists a conditional value; null for others.</summary>
    internal string? ConditionalName { get; }

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.ToExpression();

    public static ReferenceExpression CreateConditional(
        IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse) =>
        new(condition, matchValue, whenTrue, whenFalse);

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken)
    {
        if (Condition is not null)
        {
            var value = await Condition.GetValueAsync(cancellationToken);
            var branch = string.Equals(value, MatchValue, StringComparison.OrdinalIgnoreCase) ? WhenTrue! : WhenFalse!;
            return await branch.GetValueAsync(cancellationToken);
        }

        if (Format.Length == 0)
        {
            return null;
        }

        var values = new object?[ValueProviders.Count];

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ValueFormat.Apply(await ValueProviders[i].GetValueAsync(cancellationToken), StringFormats[i]);
        }

        return string.Format(Format, values);
    }

    /// <summary>Lets an interpolated string become a <see cref="ReferenceExpression"/>.</summary>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly ExpressionParts _parts = new(literalLength + formattedCount);

        public readonly void AppendLiteral(string value) => _parts.AddText(value);

        public readonly void AppendFormatted(string? value) => _parts.AddText(value);

        public readonly void AppendFormatted(string? value, string? format = null) => _parts.AddText(ValueFormat.Apply(value, format));

        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => _parts.AddHole(valueProvider, null);

        public void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider => _parts.AddHole(valueProvider, format);

        public void AppendFormatted(ReferenceExpression valueProvider, string format) => _parts.AddHole(valueProvider, format);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _parts.AddHole(valueProvider.Resource, null);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _parts.AddHole(valueProvider.Resource, format);

        internal readonly ReferenceExpression ToExpression() => _parts.ToExpression();
    }
}
