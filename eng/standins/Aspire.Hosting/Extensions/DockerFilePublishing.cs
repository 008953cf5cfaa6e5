using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Turns a project or a program into a container for the manifest; run mode keeps the original.</summary>
internal static class DockerFilePublishing
{
    public static IResourceBuilder<T> Publish<T>(IResourceBuilder<T> builder, string folder, Action<IResourceBuilder<ContainerResource>> configure)
        where T : IResource
    {
        var application = builder.ApplicationBuilder;

        if (!application.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        if (application.Resources.OfType<ImageOfResource>().FirstOrDefault(r => r.Original == (IResource)builder.Resource) is { } done)
        {
            configure(application.CreateResourceBuilder<ContainerResource>(done));
            return builder;
        }

        application.Resources.Remove(builder.Resource);
        var container = application.AddResource<ContainerResource>(new ImageOfResource(builder.Resource));
        container.WithImage(builder.Resource.Name);
        container.WithDockerfile(folder);

        // Arguments of the original name paths of this machine.
        container.WithArgs(context => context.Args.Clear());
        configure(container);
        return builder;
    }

    /// <summary>Shares the facts of the original, so that calls after the conversion count too.</summary>
    private sealed class ImageOfResource(IResource original) : ContainerResource(original.Name)
    {
        public IResource Original { get; } = original;

        public override ResourceAnnotationCollection Annotations => Original.Annotations;
    }
}
