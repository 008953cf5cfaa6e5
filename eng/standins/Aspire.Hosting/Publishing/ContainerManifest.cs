using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the entry of a container: <c>container.v0</c> for an image, <c>container.v1</c> for a Dockerfile.</summary>
internal sealed class ContainerManifest(ManifestPublishingContext context)
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
        WriteVolumes(container);
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

        writer.WriteEndObject();
    }

    private void WriteVolumes(ContainerResource container)
    {
        var volumes = container.Annotations.OfType<ContainerMountAnnotation>().ToList();

        if (volumes.Count == 0)
        {
            return;
        }

        var writer = context.Writer;
        writer.WriteStartArray("volumes");

        foreach (var volume in volumes)
        {
            writer.WriteStartObject();

            if (volume.Source is not null)
            {
                writer.WriteString("name", volume.Source);
            }

            writer.WriteString("target", volume.Target);
            writer.WriteBoolean("readOnly", volume.IsReadOnly);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
