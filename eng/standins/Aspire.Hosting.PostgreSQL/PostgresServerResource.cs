namespace Aspire.Hosting.ApplicationModel;

/// <summary>A PostgreSQL server in a container.</summary>
public class PostgresServerResource : ContainerResource, IResourceWithConnectionString
{
    internal const string EndpointName = "tcp";

    private const string DefaultUserName = "postgres";

    public PostgresServerResource(string name, ParameterResource? userName, ParameterResource password)
        : base(name)
    {
        UserNameParameter = userName;
        PasswordParameter = password;
        PrimaryEndpoint = new(this, EndpointName);
    }

    public EndpointReference PrimaryEndpoint { get; }

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <summary>Null for the user <c>postgres</c>.</summary>
    public ParameterResource? UserNameParameter { get; set; }

    public ReferenceExpression UserNameReference =>
        UserNameParameter is { } given ? ReferenceExpression.Create($"{given}") : ReferenceExpression.Create($"{DefaultUserName}");

    public ParameterResource PasswordParameter { get; set; }

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Host={Host};Port={Port};Username={UserNameReference};Password={PasswordParameter}");

    public ReferenceExpression UriExpression => UriOf(database: null);

    public ReferenceExpression JdbcConnectionString => JdbcOf(database: null);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", UserNameReference),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", UriExpression),
        new("JdbcConnectionString", JdbcConnectionString),
    ];

    internal ReferenceExpression UriOf(string? database)
    {
        var path = PathOf(database);

        return UserNameParameter is { } user
            ? ReferenceExpression.Create($"postgresql://{user:uri}:{PasswordParameter:uri}@{Host}:{Port}{path}")
            : ReferenceExpression.Create($"postgresql://{DefaultUserName}:{PasswordParameter:uri}@{Host}:{Port}{path}");
    }

    internal ReferenceExpression JdbcOf(string? database) => ReferenceExpression.Create($"jdbc:postgresql://{Host}:{Port}{PathOf(database)}");

    private static string PathOf(string? database) => database is null ? "" : $"/{Uri.EscapeDataString(database)}";
}
