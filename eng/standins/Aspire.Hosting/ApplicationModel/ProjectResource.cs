namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project of this repository.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport, IComputeResource;

/// <summary>How many instances of a resource run.</summary>
public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    public int Replicas { get; } = replicas;
}

/// <summary>The launch profile chosen by the AppHost.</summary>
public sealed class LaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    public string LaunchProfileName { get; } = launchProfileName;
}

/// <summary>The launch profile that the AppHost itself was started with.</summary>
public sealed class DefaultLaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    public string LaunchProfileName { get; } = launchProfileName;
}

/// <summary>The project runs without a launch profile.</summary>
public sealed class ExcludeLaunchProfileAnnotation : IResourceAnnotation;

/// <summary>The project must not believe X-Forwarded-* headers.</summary>
public sealed class DisableForwardedHeadersAnnotation : IResourceAnnotation;

/// <summary>Which endpoints the project is told to listen on.</summary>
internal sealed record EndpointFilterAnnotation(Func<EndpointAnnotation, bool> Filter) : IResourceAnnotation;

/// <summary>Looks up the facts about projects.</summary>
public static class ProjectResourceExtensions
{
    public static IEnumerable<ProjectResource> GetProjectResources(this DistributedApplicationModel model) =>
        model.Resources.OfType<ProjectResource>();

    public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource) =>
        projectResource.Annotations.OfType<IProjectMetadata>().Last();
}
