namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Redis server in a container.</summary>
public class RedisResource : ContainerResource, IResourceWithConnectionString
{
    internal const string EndpointName = "tcp";

    public RedisResource(string name)
        : base(name) => PrimaryEndpoint = new(this, EndpointName);

    public RedisResource(string name, ParameterResource password)
        : this(name) => PasswordParameter = password;

    public EndpointReference PrimaryEndpoint { get; }

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public bool TlsEnabled => PrimaryEndpoint.TlsEnabled;

    public ParameterResource? PasswordParameter { get; internal set; }

    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var expression = new ReferenceExpressionBuilder();
            expression.AppendFormatted(PrimaryEndpoint.Property(EndpointProperty.HostAndPort));

            if (PasswordParameter is { } password)
            {
                expression.AppendLiteral(",password=");
                expression.AppendFormatted(password);
            }

            expression.AppendFormatted(PrimaryEndpoint.GetTlsValue(ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Empty));
            return expression.Build();
        }
    }

    public ReferenceExpression UriExpression
    {
        get
        {
            var scheme = PrimaryEndpoint.Property(EndpointProperty.Scheme);

            return PasswordParameter is { } password
                ? ReferenceExpression.Create($"{scheme}://:{password:uri}@{Host}:{Port}")
                : ReferenceExpression.Create($"{scheme}://{Host}:{Port}");
        }
    }

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));

        if (PasswordParameter is { } password)
        {
            yield return new("Password", ReferenceExpression.Create($"{password}"));
        }

        yield return new("Uri", UriExpression);
    }
}
