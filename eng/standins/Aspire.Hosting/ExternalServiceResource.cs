using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A service somewhere else.</summary>
public sealed class ExternalServiceResource : Resource
{
    public ExternalServiceResource(string name, Uri uri)
        : base(name) => Uri = uri;

    public ExternalServiceResource(string name, ParameterResource urlParameter)
        : base(name) => UrlParameter = urlParameter;

    public Uri? Uri { get; }

    public ParameterResource? UrlParameter { get; }

    /// <summary>What its users are given: the address itself or the parameter.</summary>
    internal object Address => (object?)UrlParameter ?? Uri!.ToString();
}

/// <summary>A connection string made of other values.</summary>
public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
}
