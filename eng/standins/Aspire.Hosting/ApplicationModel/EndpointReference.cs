namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource, named before it has an address.</summary>
public sealed class EndpointReference : IExpressionValue, IValueWithReferences
{
    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint)
        : this(owner, endpoint.Name)
    {
    }

    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(endpointName);
        Resource = owner;
        EndpointName = endpointName;
    }

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    /// <exception cref="InvalidOperationException">The resource has no endpoint of this name.</exception>
    public EndpointAnnotation EndpointAnnotation => Found ?? throw new InvalidOperationException(
        $"Resource '{Resource.Name}' has no endpoint '{EndpointName}'. It has: {string.Join(", ", Declared.Select(e => e.Name).DefaultIfEmpty("none"))}.");

    public bool Exists => Found is not null;

    public bool IsAllocated => Found?.AllocatedEndpoint is not null;

    public bool IsHttps => Scheme == "https";

    public bool IsHttpSchemeNamedEndpoint => EndpointName.ToLowerInvariant() is "http" or "https";

    public bool TlsEnabled => Found?.TlsEnabled ?? false;

    public bool ExcludeReferenceEndpoint => Found?.ExcludeReferenceEndpoint ?? false;

    public string Scheme => EndpointAnnotation.UriScheme;

    public int? TargetPort => EndpointAnnotation.TargetPort;

    public string Host => Allocated.Address;

    public int Port => Allocated.Port;

    public string Url => Allocated.UriString;

    string IManifestExpressionProvider.ValueExpression => Property(EndpointProperty.Url).ValueExpression;

    IEnumerable<object> IValueWithReferences.References => [Resource];

    private IEnumerable<EndpointAnnotation> Declared => Resource.Annotations.OfType<EndpointAnnotation>();

    private EndpointAnnotation? Found =>
        Declared.FirstOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"Endpoint '{EndpointName}' of resource '{Resource.Name}' has no address yet.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <summary>A text that depends on whether the endpoint speaks TLS.</summary>
    public ReferenceExpression GetTlsValue(ReferenceExpression enabledValue, ReferenceExpression disabledValue) =>
        ReferenceExpression.CreateConditional(Property(EndpointProperty.TlsEnabled), bool.TrueString, enabledValue, disabledValue);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(cancellationToken);
}

/// <summary>A part of an endpoint's address.</summary>
public enum EndpointProperty
{
    Url = 0,
    Host = 1,
    Port = 3,
    Scheme = 4,
    TargetPort = 5,
    HostAndPort = 6,
    TlsEnabled = 7,
}

/// <summary>One part of the address of an endpoint.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IExpressionValue, IValueWithReferences
{
    public EndpointReference Endpoint { get; } = endpointReference;

    public EndpointProperty Property { get; } = property;

    public string ValueExpression => Property switch
    {
        EndpointProperty.Url => Binding("url"),
        EndpointProperty.Host => Binding("host"),
        EndpointProperty.Port => Binding("port"),
        EndpointProperty.Scheme => Binding("scheme"),
        EndpointProperty.TargetPort => Binding("targetPort"),
        EndpointProperty.HostAndPort => $"{Binding("host")}:{Binding("port")}",
        EndpointProperty.TlsEnabled => Binding("tlsEnabled"),
        _ => throw new InvalidOperationException($"Endpoint property {Property} does not exist."),
    };

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    /// <summary>Waits until the endpoint has an address, unless the part is known without one.</summary>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        switch (Property)
        {
            case EndpointProperty.Scheme:
                return Endpoint.Scheme;
            case EndpointProperty.TlsEnabled:
                return Endpoint.TlsEnabled.ToString();
            case EndpointProperty.TargetPort when Endpoint.TargetPort is { } fixedPort:
                return fixedPort.ToString();
        }

        var allocated = await Endpoint.EndpointAnnotation.WaitForAllocationAsync(cancellationToken);

        return Property switch
        {
            EndpointProperty.Url => allocated.UriString,
            EndpointProperty.Host => allocated.Address,
            EndpointProperty.Port => allocated.Port.ToString(),
            EndpointProperty.HostAndPort => allocated.EndPointString,
            _ => allocated.TargetPortExpression ?? allocated.Port.ToString(),
        };
    }

    private string Binding(string part) => $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{part}}}";
}
