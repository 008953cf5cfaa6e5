namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project of this repository.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

/// <summary>How many instances of a resource run.</summary>
public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    public int Replicas { get; } = replicas;
}

/// <summary>The project must not believe X-Forwarded-* headers.</summary>
public sealed class DisableForwardedHeadersAnnotation : IResourceAnnotation;

/// <summary>Looks up the facts about projects.</summary>
public static class ProjectResourceExtensions
{
    public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource) =>
        projectResource.Annotations.OfType<IProjectMetadata>().Last();
}
