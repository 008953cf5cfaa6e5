using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>A manifest while it is being written.</summary>
public sealed class ManifestPublishingContext(
    DistributedApplicationExecutionContext executionContext, string manifestPath, Utf8JsonWriter writer, CancellationToken cancellationToken = default)
{
    private readonly ManifestReferences _references = new();
    private readonly ManifestPorts _ports = new();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    public string ManifestPath { get; } = manifestPath;

    public Utf8JsonWriter Writer { get; } = writer;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A path as the manifest shows it: from the manifest's folder, with slashes.</summary>
    public string? GetManifestRelativePath(string? path) => path is null
        ? null
        : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, path).Replace('\\', '/');

    public void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: { } expression })
        {
            TryAddDependentResources(expression);
            Writer.WriteString("connectionString", _references.Render(expression));
        }
    }

    public void WriteBindings(IResource resource)
    {
        var bindings = _ports.Resolve(resource);

        if (bindings.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("bindings");

        foreach (var (endpoint, port, targetPort) in bindings)
        {
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            Writer.WriteString("transport", endpoint.Transport);

            if (port is { } open && open != targetPort)
            {
                Writer.WriteNumber("port", open);
            }

            if (targetPort is { } inner)
            {
                Writer.WriteNumber("targetPort", inner);
            }

            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    public async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var variables = await ResourceConfiguration.EnvironmentOfAsync(resource, ExecutionContext, CancellationToken);

        if (variables.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("env");

        foreach (var (name, value) in variables)
        {
            Writer.WriteString(name, _references.Render(value));
            TryAddDependentResources(value);
        }

        Writer.WriteEndObject();
    }

    public async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var arguments = await ResourceConfiguration.ArgumentsOfAsync(resource, ExecutionContext, CancellationToken);

        if (arguments.Count == 0)
        {
            return;
        }

        Writer.WriteStartArray("args");

        foreach (var value in arguments)
        {
            Writer.WriteStringValue(_references.Render(value));
            TryAddDependentResources(value);
        }

        Writer.WriteEndArray();
    }

    public Task WriteContainerAsync(ContainerResource container) => new ContainerManifest(this).WriteAsync(container);

    /// <summary>Makes sure that the manifest defines what a value refers to.</summary>
    public void TryAddDependentResources(object? value) => _references.Add(value);

    internal async Task WriteModelAsync(DistributedApplicationModel model)
    {
        var resources = new ResourceManifest(this);
        _references.Reserve(model.Resources);

        Writer.WriteStartObject();
        Writer.WriteStartObject("resources");

        foreach (var resource in model.Resources.ToList())
        {
            await resources.WriteAsync(resource);
            WriteEncoded(resource);
        }

        foreach (var resource in _references.ReferencedOutside(model.Resources))
        {
            await resources.WriteAsync(resource);
            WriteEncoded(resource);
        }

        WriteEncoded(of: null);

        foreach (var (name, expression) in _references.Conditionals)
        {
            Writer.WriteStartObject(name);
            Writer.WriteString("type", "value.v0");
            Writer.WriteString("connectionString", await expression.GetValueAsync(CancellationToken) ?? "");
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
        await Writer.FlushAsync(CancellationToken);
    }

    /// <summary>Encoded forms follow the parameter they are of; those met later come at the end.</summary>
    private void WriteEncoded(IResource? of)
    {
        foreach (var (name, parameter, format) in _references.TakeEncoded(of))
        {
            Writer.WriteStartObject(name);
            Writer.WriteString("type", "annotated.string");
            Writer.WriteString("value", parameter.ValueExpression);
            Writer.WriteString("filter", format);
            Writer.WriteEndObject();
        }
    }
}
