using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>What the values of a manifest refer to, and how values are written.</summary>
internal sealed class ManifestReferences
{
    private readonly Dictionary<string, IResource> _referenced = new(StringComparer.Ordinal);
    private readonly List<(string Name, ParameterResource Parameter, string Format)> _encoded = [];
    private readonly OrderedDictionary<string, ReferenceExpression> _conditionals = new(StringComparer.Ordinal);
    private readonly HashSet<object> _visiting = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(ParameterResource, string)> _written = [];

    public IReadOnlyDictionary<string, ReferenceExpression> Conditionals => _conditionals;

    public void Reserve(IEnumerable<IResource> resources) => _names.UnionWith(resources.Select(r => r.Name));

    /// <summary>Resources that values refer to though nobody added them: generated passwords.</summary>
    public List<IResource> ReferencedOutside(IEnumerable<IResource> model)
    {
        var inside = model.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        return [.. _referenced.Values.Where(r => !inside.Contains(r.Name))];
    }

    /// <summary>The encoded forms of a parameter that are not written yet; of all when null.</summary>
    public List<(string Name, ParameterResource Parameter, string Format)> TakeEncoded(IResource? of)
    {
        var taken = _encoded.Where(e => (of is null || e.Parameter == of) && _written.Add((e.Parameter, e.Format))).ToList();
        return taken;
    }

    public string? Render(object? value) => value switch
    {
        null => null,
        string text => text,
        ReferenceExpression { IsConditional: false } expression => string.Format(expression.Format, [.. Holes(expression)]),
        IManifestExpressionProvider provider => provider.ValueExpression,
        bool yes => yes ? "true" : "false",
        _ => value.ToString(),
    };

    public void Add(object? value)
    {
        if (value is null || !_visiting.Add(value))
        {
            return;
        }

        if (value is ReferenceExpression expression)
        {
            AddEncoded(expression);
            AddConditional(expression);
        }

        if (value is IResource resource)
        {
            if (_referenced.TryAdd(resource.Name, resource))
            {
                _names.Add(resource.Name);
            }
        }
        else if (value is IValueWithReferences { References: var references })
        {
            foreach (var reference in references)
            {
                Add(reference);
            }
        }

        _visiting.Remove(value);
    }

    private IEnumerable<string> Holes(ReferenceExpression expression)
    {
        for (var i = 0; i < expression.ValueProviders.Count; i++)
        {
            yield return expression.StringFormats[i] is { } format && ParameterOf(expression.ValueProviders[i]) is { } parameter
                ? $"{{{EncodedName(parameter, format)}.value}}"
                : expression.ManifestExpressions[i];
        }
    }

    private void AddEncoded(ReferenceExpression expression)
    {
        if (expression.IsConditional)
        {
            AddEncoded(expression.WhenTrue!);
            AddEncoded(expression.WhenFalse!);
            return;
        }

        _ = Holes(expression).Count();
    }

    private void AddConditional(ReferenceExpression expression)
    {
        foreach (var conditional in expression.ValueProviders.OfType<ReferenceExpression>().Prepend(expression))
        {
            if (conditional.ConditionalName is { } name && _conditionals.TryAdd(name, conditional))
            {
                _names.Add(name);
            }
        }
    }

    private string EncodedName(ParameterResource parameter, string format)
    {
        var known = _encoded.FirstOrDefault(e => e.Parameter == parameter && e.Format == format);

        if (known.Name is not null)
        {
            return known.Name;
        }

        var stem = $"{parameter.Name}-{format.ToLowerInvariant()}-encoded";
        var name = stem;

        for (var suffix = 1; !_names.Add(name); suffix++)
        {
            name = $"{stem}-{suffix}";
        }

        _encoded.Add((name, parameter, format));
        return name;
    }

    /// <summary>Only parameters have encoded forms: directly, or as the whole of an expression.</summary>
    private static ParameterResource? ParameterOf(IValueProvider provider) => provider switch
    {
        ParameterResource parameter => parameter,
        ReferenceExpression { Format: "{0}", ValueProviders: [ParameterResource parameter] } => parameter,
        _ => null,
    };
}
