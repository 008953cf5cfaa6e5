using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes programs of this machine.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <param name="workingDirectory">From the AppHost's folder.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

    /// <inheritdoc cref="AddExecutable(IDistributedApplicationBuilder, string, string, string, string[])"/>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args)
    {
        var added = builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory)));
        return args is null ? added : added.WithArgs(args);
    }
}
