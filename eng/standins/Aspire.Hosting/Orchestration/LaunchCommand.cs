using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns a resource into the process that is it.</summary>
internal sealed class LaunchCommand(ResourceEnvironment environment, ProjectTargets targets, IConfiguration configuration)
{
    private static readonly string[] ReceiverKeys =
    [
        "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL",
        "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL",
        "DOTNET_DASHBOARD_OTLP_ENDPOINT_URL",
        "DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL",
    ];

    private static readonly string[] ExporterVariables =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS"];

    /// <exception cref="DistributedApplicationException">The project is not built.</exception>
    public async Task<ProcessSpec> CreateAsync(IResource resource, InstanceAllocation instance, CancellationToken cancellationToken)
    {
        var own = await environment.BuildAsync(resource, instance, cancellationToken);
        var variables = ResourceEnvironment.Inherited();

        // Without a dashboard nobody listens at its default address; a collector named in our own environment is inherited.
        var hasReceiver = Array.Exists(ReceiverKeys, key => !string.IsNullOrEmpty(configuration[key]));

        foreach (var (name, value) in own.Environment.Where(variable => hasReceiver || !ExporterVariables.Contains(variable.Key)))
        {
            variables[name] = value;
        }

        return resource switch
        {
            ProjectResource project => OfProject(project, own.Arguments, variables),
            ExecutableResource executable => new(executable.Command, own.Arguments, executable.WorkingDirectory, variables),
            _ => throw new DistributedApplicationException($"'{resource.Name}' is not a program."),
        };
    }

    private ProcessSpec OfProject(ProjectResource project, IReadOnlyList<string> arguments, Dictionary<string, string> variables)
    {
        var metadata = project.GetProjectMetadata();
        var assembly = targets.AssemblyOf(metadata);

        return File.Exists(assembly)
            ? new(DotnetHost(), [assembly, .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, variables)
            : throw new DistributedApplicationException(
                $"'{project.Name}' is not built: {assembly} does not exist. Run: dotnet build {metadata.ProjectPath}");
    }

    /// <summary>The program that runs this process, so that services run on the same runtime.</summary>
    private static string DotnetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

        // …/dotnet/shared/Microsoft.NETCore.App/10.0.x/
        var ofRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(ofRuntime) ? ofRuntime
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } given ? given
            : name;
    }
}
