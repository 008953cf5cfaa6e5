using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns a resource into the process that is it.</summary>
internal sealed class LaunchCommand(ResourceEnvironment environment, ProjectTargets targets)
{
    /// <exception cref="DistributedApplicationException">The project is not built.</exception>
    public async Task<ProcessSpec> CreateAsync(IResource resource, InstanceAllocation instance, CancellationToken cancellationToken)
    {
        var configuration = await environment.BuildAsync(resource, instance, cancellationToken);
        var variables = ResourceEnvironment.Inherited();

        foreach (var (name, value) in configuration.Environment)
        {
            variables[name] = value;
        }

        return resource switch
        {
            ProjectResource project => OfProject(project, configuration.Arguments, variables),
            ExecutableResource executable => new(executable.Command, configuration.Arguments, executable.WorkingDirectory, variables),
            _ => throw new DistributedApplicationException($"'{resource.Name}' is not a program."),
        };
    }

    private ProcessSpec OfProject(ProjectResource project, IReadOnlyList<string> arguments, Dictionary<string, string> variables)
    {
        var metadata = project.GetProjectMetadata();
        var assembly = targets.AssemblyOf(metadata);

        return File.Exists(assembly)
            ? new(DotnetHost(), [assembly, .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, variables)
            : throw new DistributedApplicationException($"'{project.Name}' is not built: {assembly} does not exist. Run: dotnet build {metadata.ProjectPath}");
    }

    /// <summary>The program that runs this process, so that services run on the same runtime.</summary>
    private static string DotnetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

        // …/dotnet/shared/Microsoft.NETCore.App/10.0.x/
        var ofRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(ofRuntime) ? ofRuntime : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } given ? given : name;
    }
}
