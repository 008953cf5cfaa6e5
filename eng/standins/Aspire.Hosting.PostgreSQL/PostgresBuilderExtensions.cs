using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes PostgreSQL servers and databases.</summary>
public static class PostgresBuilderExtensions
{
    private const string Registry = "docker.io";
    private const string Image = "library/postgres";
    private const string Tag = "18.3";
    private const int FirstMajorWithVersionedData = 18;

    // 128 bits out of 67 characters.
    private const int PasswordLength = 22;

    /// <param name="userName"><c>postgres</c> when null.</param>
    /// <param name="password">Generated, as parameter <c>{name}-password</c>, when null.</param>
    /// <param name="port">Any free one when null.</param>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        var secret = password?.Resource ?? ParameterResourceBuilderExtensions.CreateGeneratedParameter(
            builder, $"{name}-password", secret: true, new GenerateParameterDefault { MinLength = PasswordLength });
        var server = new PostgresServerResource(name, userName?.Resource, secret);

        return builder.AddResource(server)
            .WithEndpoint(port: port, targetPort: 5432, name: PostgresServerResource.EndpointName)
            .WithImage(Image, Tag)
            .WithImageRegistry(Registry)
            .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256")
            .WithEnvironment("POSTGRES_USER", server.UserNameReference)
            .WithEnvironment("POSTGRES_PASSWORD", server.PasswordParameter);
    }

    /// <param name="databaseName">The resource's name when null.</param>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null) =>
        builder.ApplicationBuilder.AddResource(new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource));

    /// <param name="name">Generated when null.</param>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder(builder.Resource), isReadOnly);

    /// <summary>Images of PostgreSQL 18 and newer keep the data of each major version in its own folder below the volume.</summary>
    private static string DataFolder(PostgresServerResource server)
    {
        var tag = server.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()?.Tag ?? "";
        var major = new string([.. tag.TakeWhile(char.IsAsciiDigit)]);

        return int.TryParse(major, out var version) && version < FirstMajorWithVersionedData
            ? "/var/lib/postgresql/data"
            : "/var/lib/postgresql";
    }
}
