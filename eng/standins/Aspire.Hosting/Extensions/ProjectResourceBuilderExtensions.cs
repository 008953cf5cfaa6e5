using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>A project with the launch profile that fits the AppHost's own.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => Add(builder, name, new TProject(), LaunchProfileChoice.Default);

    /// <param name="launchProfileName">Null for none.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => Add(builder, name, new TProject(), new LaunchProfileChoice(launchProfileName, IsNone: launchProfileName is null));

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.WithAnnotation(new ReplicaAnnotation(replicas));

    /// <summary>Keeps the project from believing X-Forwarded-* headers in deployments.</summary>
    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder) =>
        builder.WithAnnotation<DisableForwardedHeadersAnnotation>(ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Publishes the project as a container built from the Dockerfile in its folder.</summary>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(
        this IResourceBuilder<T> builder, Action<IResourceBuilder<ContainerResource>>? configure = null)
        where T : ProjectResource
    {
        var folder = Path.GetDirectoryName(builder.Resource.GetProjectMetadata().ProjectPath)!;
        return DockerFilePublishing.Publish(builder, folder, container =>
        {
            // Base images of ASP.NET listen on 8080.
            container.WithEndpoint("http", e => e.TargetPort ??= 8080, createIfNotExists: false);
            container.WithEndpoint("https", e => e.TargetPort ??= 8080, createIfNotExists: false);
            configure?.Invoke(container);
        });
    }

    private static IResourceBuilder<ProjectResource> Add(
        IDistributedApplicationBuilder builder, string name, IProjectMetadata project, LaunchProfileChoice choice)
    {
        var added = builder.AddResource(new ProjectResource(name)).WithAnnotation(project);
        ProjectDefaults.Apply(added, choice);
        return added;
    }
}
