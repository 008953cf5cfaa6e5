using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes Redis servers.</summary>
public static class RedisBuilderExtensions
{
    private const string Registry = "docker.io";
    private const string Image = "library/redis";
    private const string Tag = "8.6";
    private const string DataFolder = "/data";

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port) =>
        builder.AddRedis(name, port, password: null);

    /// <param name="port">Any free one when null.</param>
    /// <param name="password">Generated, as parameter <c>{name}-password</c>, when null.</param>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        // Without special characters: StackExchange.Redis splits connection strings at commas.
        var secret = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var redis = new RedisResource(name, secret);

        return builder.AddResource(redis)
            .WithEndpoint(port: port, targetPort: 6379, scheme: "redis", name: RedisResource.EndpointName)
            .WithImage(Image, Tag)
            .WithImageRegistry(Registry)
            .WithEntrypoint("/bin/sh")
            .WithEnvironment(context =>
            {
                if (redis.PasswordParameter is { } used)
                {
                    context.EnvironmentVariables["REDIS_PASSWORD"] = used;
                }
            })
            .WithArgs(context =>
            {
                // A shell, so that the password stays in the environment and out of the list of processes.
                context.Args.Add("-c");
                context.Args.Add(CommandLine(redis));
            });
    }

    /// <param name="name">Generated when null.</param>
    public static IResourceBuilder<RedisResource> WithDataVolume(
        this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder, isReadOnly).SavedUnless(isReadOnly);

    public static IResourceBuilder<RedisResource> WithDataBindMount(
        this IResourceBuilder<RedisResource> builder, string source, bool isReadOnly = false) =>
        builder.WithBindMount(source, DataFolder, isReadOnly).SavedUnless(isReadOnly);

    public static IResourceBuilder<RedisResource> WithHostPort(this IResourceBuilder<RedisResource> builder, int? port) =>
        builder.WithEndpoint(RedisResource.EndpointName, endpoint => endpoint.Port = port);

    /// <param name="password">Null for none.</param>
    public static IResourceBuilder<RedisResource> WithPassword(
        this IResourceBuilder<RedisResource> builder, IResourceBuilder<ParameterResource>? password)
    {
        builder.Resource.PasswordParameter = password?.Resource;
        return builder;
    }

    /// <summary>Saves the data when enough keys have changed within a time; the last call counts.</summary>
    /// <param name="interval">One minute when null.</param>
    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1) =>
        builder.WithAnnotation(new SaveAnnotation(interval ?? SaveEvery, keysChangedThreshold), ResourceAnnotationMutationBehavior.Replace);

    private static IResourceBuilder<RedisResource> SavedUnless(this IResourceBuilder<RedisResource> builder, bool isReadOnly) =>
        isReadOnly ? builder : builder.WithPersistence();

    private static string CommandLine(RedisResource redis)
    {
        var password = redis.PasswordParameter is null ? "" : " --requirepass $REDIS_PASSWORD";
        var save = redis.TryGetLastAnnotation<SaveAnnotation>(out var saves) ? $" --save {saves.Every.TotalSeconds} {saves.KeysChanged}" : "";
        return $"redis-server{password}{save}";
    }

    private sealed record SaveAnnotation(TimeSpan Every, long KeysChanged) : IResourceAnnotation;
}
