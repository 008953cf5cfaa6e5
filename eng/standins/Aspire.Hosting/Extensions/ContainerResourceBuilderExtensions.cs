using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes containers.</summary>
public static class ContainerResourceBuilderExtensions
{
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image) =>
        builder.AddResource(new ContainerResource(name)).WithImage(image);

    /// <param name="contextPath">The build context, from the AppHost's folder.</param>
    /// <param name="dockerfilePath">From the build context; <c>Dockerfile</c> when null.</param>
    public static IResourceBuilder<T> WithDockerfile<T>(
        this IResourceBuilder<T> builder, string contextPath, string? dockerfilePath = null, string? stage = null)
        where T : ContainerResource
    {
        var context = Path.TrimEndingDirectorySeparator(Path.GetFullPath(contextPath, builder.ApplicationBuilder.AppHostDirectory));
        var build = new DockerfileBuildAnnotation(context, Path.GetFullPath(dockerfilePath ?? "Dockerfile", context), stage);
        return builder.WithAnnotation(build, ResourceAnnotationMutationBehavior.Replace);
    }

    /// <param name="name">Null for an anonymous volume.</param>
    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource => builder.WithAnnotation(new ContainerMountAnnotation(name, target, isReadOnly));

    public static IResourceBuilder<T> WithEntrypoint<T>(this IResourceBuilder<T> builder, string entrypoint)
        where T : ContainerResource
    {
        builder.Resource.Entrypoint = entrypoint;
        return builder;
    }

    /// <param name="image">A name, with or without tag or digest; without both, and without <paramref name="tag"/>, the tag is <c>latest</c>.</param>
    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, string image, string? tag = null)
        where T : ContainerResource
    {
        const string Digest = "@sha256:";
        var digest = image.IndexOf(Digest, StringComparison.Ordinal);
        var name = digest < 0 ? image : image[..digest];
        var colon = name.LastIndexOf(':');
        var named = colon > name.LastIndexOf('/') ? name[(colon + 1)..] : null;

        if (tag is not null && (named is not null || digest >= 0))
        {
            throw new InvalidOperationException($"Image '{image}' already says which version it is; the tag '{tag}' contradicts it.");
        }

        if (!builder.Resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation))
        {
            annotation = new ContainerImageAnnotation { Image = "" };
            builder.WithAnnotation(annotation);
        }

        annotation.Image = named is null ? name : name[..colon];
        annotation.SHA256 = digest < 0 ? null : image[(digest + Digest.Length)..];
        annotation.Tag = annotation.SHA256 is null ? tag ?? named ?? "latest" : null;
        return builder;
    }

    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag)
        where T : ContainerResource => builder.ChangeImage(image => image.Tag = tag);

    public static IResourceBuilder<T> WithImageRegistry<T>(this IResourceBuilder<T> builder, string? registry)
        where T : ContainerResource => builder.ChangeImage(image => image.Registry = registry);

    private static IResourceBuilder<T> ChangeImage<T>(this IResourceBuilder<T> builder, Action<ContainerImageAnnotation> change)
        where T : ContainerResource
    {
        change(builder.Resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()
            ?? throw new InvalidOperationException($"'{builder.Resource.Name}' has no image."));
        return builder;
    }
}
