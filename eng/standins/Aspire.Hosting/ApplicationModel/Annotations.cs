namespace Aspire.Hosting.ApplicationModel;

/// <summary>When a wait is over.</summary>
public enum WaitType
{
    WaitUntilHealthy = 0,
    WaitForCompletion = 1,
}

/// <summary>Whether a wait goes on after its target has failed.</summary>
public enum WaitBehavior
{
    WaitOnResourceUnavailable = 0,
    StopOnResourceUnavailable = 1,
}

/// <summary>A resource that must be there first.</summary>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    public IResource Resource { get; } = resource;

    public WaitType WaitType { get; } = waitType;

    public int ExitCode { get; } = exitCode;
}

/// <summary>The key of a registered health check that speaks for the resource.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    public string Key { get; } = key;
}

/// <summary>The resource starts on command only.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;

/// <summary>A relation to another resource; the types in use are <c>Parent</c>, <c>Reference</c> and <c>WaitFor</c>.</summary>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    public IResource Resource { get; } = resource;

    public string Type { get; } = type;
}

/// <summary>The endpoints of another resource that this one uses.</summary>
public sealed class EndpointReferenceAnnotation(IResourceWithEndpoints resource) : IResourceAnnotation
{
    public IResourceWithEndpoints Resource { get; } = resource;

    public bool UseAllEndpoints { get; set; }

    public ISet<string> EndpointNames { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>The state a resource is shown in before anything happened to it.</summary>
public class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}

/// <summary>The ids under which the instances of a resource run in this run.</summary>
internal sealed record InstancesAnnotation(IReadOnlyList<string> Ids) : IResourceAnnotation;
