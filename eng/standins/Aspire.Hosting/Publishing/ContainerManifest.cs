using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the entry of a container: <c>container.v0</c> for an image, <c>container.v1</c> for a Dockerfile.</summary>
internal sealed class ContainerManifest(ManifestPublishingContext context, ManifestReferences references)
{
    public async Task WriteAsync(ContainerResource container)
    {
        if (container.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            context.Writer.WriteString("type", "container.v1");
            context.WriteConnectionString(container);
            WriteBuild(build);
        }
        else
        {
            context.Writer.WriteString("type", "container.v0");
            context.WriteConnectionString(container);
            context.Writer.WriteString("image", ImageOf(container));
        }

        if (container.Entrypoint is not null)
        {
            context.Writer.WriteString("entrypoint", container.Entrypoint);
        }

        await context.WriteCommandLineArgumentsAsync(container);
        WriteMounts(container, "bindMounts", ContainerMountType.BindMount, "source", context.GetManifestRelativePath);
        WriteMounts(container, "volumes", ContainerMountType.Volume, "name", source => source);
        await context.WriteEnvironmentVariablesAsync(container);
        context.WriteBindings(container);
    }

    private static string ImageOf(ContainerResource container)
    {
        if (!container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image))
        {
            throw new DistributedApplicationException($"Container '{container.Name}' has no image: call WithImage or WithDockerfile.");
        }

        var registry = string.IsNullOrEmpty(image.Registry) ? "" : $"{image.Registry}/";
        var version = image.SHA256 is not null ? $"@sha256:{image.SHA256}" : string.IsNullOrEmpty(image.Tag) ? "" : $":{image.Tag}";
        return registry + image.Image + version;
    }

    private void WriteBuild(DockerfileBuildAnnotation build)
    {
        var writer = context.Writer;
        writer.WriteStartObject("build");
        writer.WriteString("context", context.GetManifestRelativePath(build.ContextPath));
        writer.WriteString("dockerfile", context.GetManifestRelativePath(build.DockerfilePath));

        if (build.Stage is not null)
        {
            writer.WriteString("stage", build.Stage);
        }

        if (build.BuildArguments.Count > 0)
        {
            writer.WriteStartObject("args");

            foreach (var (name, value) in build.BuildArguments)
            {
                // A null value is taken from the environment of the build.
                context.TryAddDependentResources(value);
                writer.WriteString(name, references.Render(value));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteMounts(ContainerResource container, string property, ContainerMountType type, string sourceProperty, Func<string?, string?> show)
    {
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().Where(m => m.Type == type).ToList();

        if (mounts.Count == 0)
        {
            return;
        }

        var writer = context.Writer;
        writer.WriteStartArray(property);

        foreach (var mount in mounts)
        {
            writer.WriteStartObject();

            if (mount.Source is not null)
            {
                writer.WriteString(sourceProperty, show(mount.Source));
            }

            writer.WriteString("target", mount.Target.Replace('\\', '/'));
            writer.WriteBoolean("readOnly", mount.IsReadOnly);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
