namespace Aspire.Hosting.ApplicationModel;

/// <summary>Builds a <see cref="ReferenceExpression"/> piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly ExpressionParts _parts = new(64);

    public bool IsEmpty => _parts.IsEmpty;

    public void AppendLiteral(string value) => _parts.AddText(value);

    public void AppendFormatted(string? value) => _parts.AddText(value);

    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => _parts.AddHole(valueProvider, null);

    public ReferenceExpression Build() => _parts.ToExpression();
}
