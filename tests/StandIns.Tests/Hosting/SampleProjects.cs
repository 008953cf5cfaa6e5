using Aspire.Hosting;

namespace StandIns.Tests.Hosting;

/// <summary>A project that exists by its facts alone.</summary>
internal abstract class SampleProject(string name, string? applicationUrl) : IProjectMetadata
{
    public string ProjectPath { get; } = $"/repository/{name}/{name}.csproj";

    public LaunchSettings LaunchSettings { get; } = new()
    {
        Profiles =
        {
            ["http"] = new()
            {
                CommandName = "Project",
                ApplicationUrl = applicationUrl,
                EnvironmentVariables = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["FROM_PROFILE"] = "yes" },
            },
        },
    };
}

internal sealed class Worker() : SampleProject("McpWorker", "http://localhost:5190");

internal sealed class Gateway() : SampleProject("McpGateway", "http://localhost:5191");

internal sealed class Backup() : SampleProject("BackupService", applicationUrl: null);
