using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Describes values from outside.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value from <c>Parameters:{name}</c>, or from that key with underscores for hyphens.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddParameter(CreateParameter(builder, name, secret));

    /// <param name="publishValueAsDefault">Whether the manifest offers the value; not for secrets.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException($"Parameter '{name}' is a secret: its value cannot go into the manifest.", nameof(secret));
        }

        return builder.AddParameter(new ParameterResource(name, _ => value, secret)
        {
            Default = publishValueAsDefault ? new ConstantParameterDefault(value) : null,
        });
    }

    /// <param name="persist">Whether a generated value is kept in user secrets.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        var kept = persist ? Kept(builder, name, value) : value;
        return builder.AddParameter(new ParameterResource(name, d => Read(builder.Configuration, name, d), secret) { Default = kept });
    }

    /// <summary>A service outside the application, by the connection string <c>ConnectionStrings:{name}</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null) =>
        builder.AddParameter(new ConnectionStringParameterResource(
            name,
            _ => builder.Configuration.GetConnectionString(name)
                ?? throw new MissingParameterValueException($"The connection string '{name}' is missing: set ConnectionStrings__{name}."),
            environmentVariableName)
        {
            IsConnectionString = true,
        });

    public static ParameterResource CreateParameter(IDistributedApplicationBuilder builder, string name, bool secret) =>
        new(name, d => Read(builder.Configuration, name, d), secret);

    /// <summary>A text made up once, kept in user secrets in run mode.</summary>
    public static ParameterResource CreateGeneratedParameter(
        IDistributedApplicationBuilder builder, string name, bool secret, GenerateParameterDefault parameterDefault)
    {
        var parameter = CreateParameter(builder, name, secret);
        parameter.Default = Kept(builder, name, parameterDefault);
        return parameter;
    }

    private static string KeyOf(string name) => $"Parameters:{name}";

    private static ParameterDefault Kept(IDistributedApplicationBuilder builder, string name, ParameterDefault made) =>
        builder.ExecutionContext.IsRunMode && builder is DistributedApplicationBuilder { Secrets: var secrets }
            ? new KeptParameterDefault(made, KeyOf(name), secrets)
            : made;

    private static string Read(ConfigurationManager configuration, string name, ParameterDefault? otherwise) =>
        configuration[KeyOf(name)]
        ?? configuration[KeyOf(name.Replace('-', '_'))]
        ?? otherwise?.GetDefaultValue()
        ?? throw new MissingParameterValueException(
            $"'{KeyOf(name)}' has no value: set Parameters__{name.Replace('-', '_')}, or keep it with 'dotnet user-secrets set {KeyOf(name)}'.");

    private static IResourceBuilder<T> AddParameter<T>(this IDistributedApplicationBuilder builder, T parameter)
        where T : ParameterResource => builder.AddResource(parameter).WithAnnotation(new ResourceSnapshotAnnotation(new()
        {
            ResourceType = "Parameter",
            State = KnownResourceStates.Waiting,
            Properties = [],
        }));
}

/// <summary>Describes connection strings made of other values.</summary>
public static class ConnectionStringBuilderExtensions
{
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
}
