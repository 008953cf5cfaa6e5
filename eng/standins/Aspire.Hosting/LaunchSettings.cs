using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>The content of <c>Properties/launchSettings.json</c>.</summary>
public sealed class LaunchSettings
{
    [JsonPropertyName("profiles")]
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];
}

/// <summary>One way to start a project.</summary>
public sealed class LaunchProfile
{
    [JsonPropertyName("commandName")]
    public string? CommandName { get; set; }

    /// <summary>Addresses, joined by semicolons.</summary>
    [JsonPropertyName("applicationUrl")]
    public string? ApplicationUrl { get; set; }

    [JsonPropertyName("environmentVariables")]
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}

/// <summary>What the AppHost says about the launch profile of a project.</summary>
internal sealed record LaunchProfileChoice(string? Name, bool IsNone)
{
    public static LaunchProfileChoice Default { get; } = new(Name: null, IsNone: false);
}

/// <summary>Chooses the launch profile of a project.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Lenient = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The profile given, else the one named like the AppHost's, else the first that starts the project itself; null without any.</summary>
    /// <exception cref="DistributedApplicationException">The profile given does not exist, or the file cannot be read.</exception>
    public static (string Name, LaunchProfile Profile)? For(ProjectResource project, LaunchProfileChoice choice, IConfiguration appHost)
    {
        if (choice.IsNone)
        {
            return null;
        }

        var profiles = Read(project.GetProjectMetadata())?.Profiles ?? [];

        if (!string.IsNullOrEmpty(choice.Name))
        {
            return profiles.TryGetValue(choice.Name, out var named)
                ? (choice.Name, named)
                : throw new DistributedApplicationException($"Project '{project.Name}' has no launch profile '{choice.Name}'.");
        }

        var shared = appHost["AppHost:DefaultLaunchProfileName"] ?? appHost["DOTNET_LAUNCH_PROFILE"];

        if (!string.IsNullOrEmpty(shared) && profiles.TryGetValue(shared, out var same))
        {
            return (shared, same);
        }

        var first = profiles.FirstOrDefault(p => p.Value.CommandName is "Project" or "Executable");
        return first.Value is null ? null : (first.Key, first.Value);
    }

    /// <summary>The settings in the folder of a project; null without any.</summary>
    public static LaunchSettings? ReadFolder(string folder)
    {
        var path = Path.Combine(folder, "Properties", "launchSettings.json");

        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), Lenient) : null;
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException($"'{path}' is not valid JSON: {exception.Message}", exception);
        }
    }

    private static LaunchSettings? Read(IProjectMetadata project)
    {
        if (project.LaunchSettings is { } given)
        {
            return given;
        }

        return File.Exists(project.ProjectPath)
            ? ReadFolder(Path.GetDirectoryName(project.ProjectPath)!)
            : throw new DistributedApplicationException($"Project '{project.ProjectPath}' does not exist.");
    }
}
