namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container. It is written to the manifest; this stand-in cannot run it.</summary>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    public string? Entrypoint { get; set; } = entrypoint;
}

/// <summary>The image of a container.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    public string? Registry { get; set; }

    public required string Image { get; set; }

    public string? Tag { get; set; }

    public string? SHA256 { get; set; }
}

/// <summary>A volume that a container sees as a folder.</summary>
public sealed class ContainerMountAnnotation : IResourceAnnotation
{
    internal ContainerMountAnnotation(string? source, string target, bool isReadOnly) => (Source, Target, IsReadOnly) = (source, target, isReadOnly);

    public string? Source { get; }

    public string Target { get; }

    public bool IsReadOnly { get; }
}

/// <summary>The Dockerfile from which a container image is built.</summary>
public class DockerfileBuildAnnotation(string contextPath, string dockerfilePath, string? stage) : IResourceAnnotation
{
    public string ContextPath { get; } = contextPath;

    public string DockerfilePath { get; } = dockerfilePath;

    public string? Stage { get; } = stage;
}
