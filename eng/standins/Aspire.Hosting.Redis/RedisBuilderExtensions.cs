using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes Redis servers.</summary>
public static class RedisBuilderExtensions
{
    private const string Registry = "docker.io";
    private const string Image = "library/redis";
    private const string Tag = "8.6";
    private const string DataFolder = "/data";

    // 128 bits out of 56 characters.
    private const int PasswordLength = 22;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    /// <param name="port">Any free one when null.</param>
    /// <param name="password">Generated, as parameter <c>{name}-password</c>, when null.</param>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        // Without special characters: StackExchange.Redis splits connection strings at commas.
        var secret = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateGeneratedParameter(
                builder, $"{name}-password", secret: true, new GenerateParameterDefault { MinLength = PasswordLength, Special = false });
        var redis = new RedisResource(name, secret);

        return builder.AddResource(redis)
            .WithEndpoint(port: port, targetPort: 6379, scheme: "redis", name: RedisResource.EndpointName)
            .WithImage(Image, Tag)
            .WithImageRegistry(Registry)
            .WithEntrypoint("/bin/sh")
            .WithEnvironment("REDIS_PASSWORD", secret)
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
        Saved(builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder, isReadOnly), isReadOnly);

    /// <summary>Saves the data when enough keys have changed within a time; the last call counts.</summary>
    /// <param name="interval">One minute when null.</param>
    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1) =>
        builder.WithAnnotation(new SaveAnnotation(interval ?? SaveEvery, keysChangedThreshold), ResourceAnnotationMutationBehavior.Replace);

    private static IResourceBuilder<RedisResource> Saved(IResourceBuilder<RedisResource> builder, bool isReadOnly) =>
        isReadOnly ? builder : builder.WithPersistence();

    private static string CommandLine(RedisResource redis)
    {
        var save = redis.TryGetLastAnnotation<SaveAnnotation>(out var saves) ? $" --save {saves.Every.TotalSeconds} {saves.KeysChanged}" : "";
        return $"redis-server --requirepass $REDIS_PASSWORD{save}";
    }

    private sealed record SaveAnnotation(TimeSpan Every, long KeysChanged) : IResourceAnnotation;
}
