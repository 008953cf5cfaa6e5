namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: configuration, user secrets, or a prompt of the deployment tool.</summary>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : Resource(name), IExpressionValue
{
    private string? _value;

    public bool Secret { get; } = secret;

    public bool IsConnectionString { get; set; }

    public ParameterDefault? Default { get; set; }

    /// <exception cref="MissingParameterValueException">There is neither a value nor a default.</exception>
    public string Value => _value ??= callback(Default);

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(Value);
}

/// <summary>What a parameter is when nobody gives it a value.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();

    public abstract void WriteToManifest(Publishing.ManifestPublishingContext context);
}

/// <summary>A parameter that carries the whole connection string of a service outside this application.</summary>
internal sealed class ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? environmentVariableName)
    : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
{
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{this}");

    public string? ConnectionStringEnvironmentVariable { get; } = environmentVariableName;

    // Its own entry refers to its value; others to its connection string.
    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";
}
