using System.Reflection;

namespace Aspire.Hosting;

/// <summary>Where the built assemblies of the referenced projects lie, as the AppHost's build wrote it down.</summary>
internal sealed class ProjectTargets(Assembly? appHost)
{
    /// <summary>Assembly metadata is keyed by this and the full path of the project file.</summary>
    public const string KeyPrefix = "standin:target:";

    /// <summary>Written down by the AppHost, or by the assembly that names the project: a test adds one of its own to the model.</summary>
    /// <exception cref="DistributedApplicationException">Neither references the project.</exception>
    public string AssemblyOf(IProjectMetadata project) =>
        new[] { appHost, project.GetType().Assembly }
            .SelectMany(assembly => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [])
            .FirstOrDefault(a => string.Equals(a.Key, KeyPrefix + project.ProjectPath, StringComparison.Ordinal))?.Value
        ?? throw new DistributedApplicationException(
            $"Nobody knows where '{project.ProjectPath}' is built to. Add a ProjectReference to it to the AppHost project.");
}
