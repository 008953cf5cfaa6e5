using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the entry of a resource, in the form of its kind.</summary>
internal sealed class ResourceManifest(ManifestPublishingContext context)
{
    public async Task WriteAsync(IResource resource)
    {
        Func<Task>? write = resource switch
        {
            _ when resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var own) =>
                own.Callback is { } callback ? () => callback(context) : null,
            ContainerResource container => () => context.WriteContainerAsync(container),
            ProjectResource project => () => WriteProjectAsync(project),
            ExecutableResource executable => () => WriteExecutableAsync(executable),
            ParameterResource parameter => () => Done(() => WriteParameter(parameter)),
            IResourceWithConnectionString => () => Done(() => WriteValue(resource)),
            _ => () => Done(() => context.Writer.WriteString("error", "This resource does not support generation in the manifest.")),
        };

        if (write is not null)
        {
            context.Writer.WriteStartObject(resource.Name);
            await write();
            context.Writer.WriteEndObject();
        }
    }

    private static Task Done(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private async Task WriteProjectAsync(ProjectResource project)
    {
        context.Writer.WriteString("type", "project.v0");
        context.Writer.WriteString("path", context.GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
        await context.WriteCommandLineArgumentsAsync(project);
        await context.WriteEnvironmentVariablesAsync(project);
        context.WriteBindings(project);
    }

    private async Task WriteExecutableAsync(ExecutableResource executable)
    {
        context.Writer.WriteString("type", "executable.v0");
        context.WriteConnectionString(executable);
        context.Writer.WriteString("workingDirectory", context.GetManifestRelativePath(executable.WorkingDirectory));
        context.Writer.WriteString("command", executable.Command);
        await context.WriteCommandLineArgumentsAsync(executable);
        await context.WriteEnvironmentVariablesAsync(executable);
        context.WriteBindings(executable);
    }

    private void WriteValue(IResource resource)
    {
        context.Writer.WriteString("type", "value.v0");
        context.WriteConnectionString(resource);
    }

    private void WriteParameter(ParameterResource parameter)
    {
        var writer = context.Writer;
        writer.WriteString("type", "parameter.v0");

        if (parameter.IsConnectionString)
        {
            writer.WriteString("connectionString", parameter.ValueExpression);
        }

        writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        writer.WriteStartObject("inputs");
        writer.WriteStartObject("value");
        writer.WriteString("type", "string");

        if (parameter.Secret)
        {
            writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } otherwise)
        {
            writer.WriteStartObject("default");
            otherwise.WriteToManifest(context);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
