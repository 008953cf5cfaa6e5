namespace AppHost;

/// <summary>State of a local run: <c>.local</c> beside the AppHost folder, or wherever <c>LocalState</c> says (tests).</summary>
internal static class LocalState
{
    public static string LocalPath(this IDistributedApplicationBuilder builder, params string[] parts)
    {
        var root = builder.Configuration["LocalState"] ?? Path.Combine(builder.AppHostDirectory, "..", ".local");
        return Path.GetFullPath(Path.Combine([root, .. parts]));
    }

    /// <summary>Hands a service a path of the local state. A published service gets its paths from where it runs.</summary>
    public static IResourceBuilder<ProjectResource> WithLocalPath(
        this IResourceBuilder<ProjectResource> service, string setting, string path) =>
        service.ApplicationBuilder.ExecutionContext.IsRunMode
            ? service.WithEnvironment(setting, service.ApplicationBuilder.LocalPath(path))
            : service;
}
