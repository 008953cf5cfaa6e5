using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace StandIns.Tests.Hosting;

/// <summary>The environment contract of run mode: what a service of this repository is started with.</summary>
public sealed class EnvironmentTests
{
    private static readonly InstanceAllocation Instance = new("abcdefgh", new Dictionary<string, int>(StringComparer.Ordinal) { ["http"] = 40317, ["metrics"] = 40318 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-004")]
    public async Task A_project_gets_its_databases_its_cache_and_the_addresses_of_services()
    {
        var builder = TestApplications.ToRun();
        var postgres = builder.AddPostgres("postgres", password: builder.AddParameter("pg", "a/b+c"));
        var mcpdb = postgres.AddDatabase("mcpdb");
        var redis = builder.AddRedis("redis", port: null, builder.AddParameter("rp", "s3cret"));
        var worker = builder.AddProject<Worker>("worker");
        var gateway = builder.AddProject<Gateway>("gateway").WithReference(mcpdb).WithReference(redis).WithReference(worker);
        Allocate(postgres.Resource, 31883);
        Allocate(redis.Resource, 33235);
        Allocate(worker.Resource, 5190);
        Allocate(gateway.Resource, 8000);

        var environment = await EnvironmentOfAsync(builder, gateway.Resource);

        var expected = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__mcpdb"] = "Host=localhost;Port=31883;Username=postgres;Password=a/b+c;Database=mcpdb",
            ["MCPDB_HOST"] = "localhost",
            ["MCPDB_PORT"] = "31883",
            ["MCPDB_USERNAME"] = "postgres",
            ["MCPDB_PASSWORD"] = "a/b+c",
            ["MCPDB_URI"] = "postgresql://postgres:a%2Fb%2Bc@localhost:31883/mcpdb",
            ["MCPDB_JDBCCONNECTIONSTRING"] = "jdbc:postgresql://localhost:31883/mcpdb",
            ["MCPDB_DATABASENAME"] = "mcpdb",
            ["ConnectionStrings__redis"] = "localhost:33235,password=s3cret",
            ["REDIS_HOST"] = "localhost",
            ["REDIS_PORT"] = "33235",
            ["REDIS_PASSWORD"] = "s3cret",
            ["REDIS_URI"] = "redis://:s3cret@localhost:33235",
            ["WORKER_HTTP"] = "http://localhost:5190",
            ["services__worker__http__0"] = "http://localhost:5190",
        };
        Assert.Equal(expected, environment.Where(e => expected.ContainsKey(e.Key)).ToDictionary(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_project_listens_where_its_instance_was_put_and_takes_its_launch_profile()
    {
        var builder = TestApplications.ToRun();
        var gateway = builder.AddProject<Gateway>("gateway").WithHttpEndpoint(name: "metrics").WithEnvironment("FROM_PROFILE", "no");
        Allocate(gateway.Resource, 8000);

        var environment = await EnvironmentOfAsync(builder, gateway.Resource);

        Assert.Equal("http://localhost:40317;http://localhost:40318", environment["ASPNETCORE_URLS"]);
        Assert.Equal("http", environment["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal("Development", environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("no", environment["FROM_PROFILE"]);
        Assert.Equal("simple", environment["LOGGING__CONSOLE__FORMATTERNAME"]);
        Assert.False(environment.ContainsKey("ASPNETCORE_HTTPS_PORT"));
    }

    [Fact]
    public async Task Telemetry_names_the_resource_and_the_instance()
    {
        var builder = TestApplications.ToRun("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:4317", "AppHost:OtlpApiKey=k");
        var worker = builder.AddProject<Worker>("worker").WithReplicas(2);
        Allocate(worker.Resource, 5190);

        var environment = await EnvironmentOfAsync(builder, worker.Resource);

        Assert.Equal("http://localhost:4317", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("x-otlp-api-key=k", environment["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.Equal("worker", environment["OTEL_SERVICE_NAME"]);
        Assert.Equal("service.instance.id=abcdefgh", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("always_on", environment["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("in_memory", environment["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
    }

    [Fact]
    public async Task A_project_without_addresses_gets_no_address_variables()
    {
        var builder = TestApplications.ToRun();
        var backup = builder.AddProject<Backup>("backup");

        var environment = await EnvironmentOfAsync(builder, backup.Resource);

        Assert.False(environment.ContainsKey("ASPNETCORE_URLS"));
        Assert.False(environment.ContainsKey("HTTP_PORTS"));
    }

    [Fact]
    public async Task A_project_without_its_launch_profile_gets_nothing_of_it()
    {
        var builder = TestApplications.ToRun();
        var migrations = builder.AddProject<Worker>("migrations", launchProfileName: null);

        var environment = await EnvironmentOfAsync(builder, migrations.Resource);

        Assert.Empty(migrations.Resource.GetEndpoints());
        Assert.False(environment.ContainsKey("FROM_PROFILE"));
        Assert.False(environment.ContainsKey("DOTNET_LAUNCH_PROFILE"));
    }

    [Fact]
    public async Task A_program_learns_its_port_by_the_variable_it_asked_for()
    {
        var builder = TestApplications.ToRun();
        var program = builder.AddExecutable("cache", "redis-server", ".", "--port").WithHttpEndpoint(env: "PORT");
        program.WithArgs(context => context.Args.Add(program.GetEndpoint("http").Property(EndpointProperty.TargetPort)));
        Allocate(program.Resource, 6000);

        var configuration = await ConfigurationOfAsync(builder, program.Resource);

        Assert.Equal("40317", configuration.Environment["PORT"]);
        Assert.Equal(["--port", "40317"], configuration.Arguments);
    }

    [Fact]
    public async Task An_endpoint_kept_out_of_references_is_given_only_to_those_who_name_it()
    {
        var builder = TestApplications.ToRun();
        var worker = builder.AddProject<Worker>("worker").WithHttpEndpoint(name: "metrics");
        worker.WithEndpoint("metrics", endpoint => endpoint.ExcludeReferenceEndpoint = true);
        var gateway = builder.AddProject<Gateway>("gateway").WithReference(worker).WithEnvironment("SCRAPE", worker.GetEndpoint("metrics"));
        Allocate(worker.Resource, 5190);
        Allocate(gateway.Resource, 8000);

        var given = await EnvironmentOfAsync(builder, gateway.Resource);

        Assert.Equal("http://localhost:5191", given["SCRAPE"]);
        Assert.True(given.ContainsKey("services__worker__http__0"));
        Assert.False(given.ContainsKey("services__worker__metrics__0"));
    }

    [Fact]
    public async Task A_missing_connection_string_stops_a_consumer_unless_it_is_optional()
    {
        var builder = TestApplications.ToRun();
        var missing = builder.AddConnectionString("gone", ReferenceExpression.Empty);
        var strict = builder.AddExecutable("strict", "true", ".").WithReference(missing);
        var lenient = builder.AddExecutable("lenient", "true", ".").WithReference(missing, optional: true);

        var environment = await EnvironmentOfAsync(builder, lenient.Resource);

        Assert.False(environment.ContainsKey("ConnectionStrings__gone"));
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() => EnvironmentOfAsync(builder, strict.Resource));
        Assert.Contains("gone", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_AppHosts_own_way_of_running_is_not_passed_on()
    {
        var inherited = ResourceEnvironment.Inherited();

        Assert.False(inherited.ContainsKey("DOTNET_LAUNCH_PROFILE"));
        Assert.False(inherited.ContainsKey("ASPNETCORE_URLS"));
        Assert.True(inherited.ContainsKey("PATH"));
    }

    private static void Allocate(IResourceWithEndpoints resource, int firstPort)
    {
        foreach (var (endpoint, index) in resource.Annotations.OfType<EndpointAnnotation>().Select((e, i) => (e, i)))
        {
            Assert.Equal(ProtocolType.Tcp, endpoint.Protocol);
            endpoint.AllocatedEndpoint = new(endpoint, "localhost", firstPort + index, Placeholders.TargetPort(resource, endpoint));
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> EnvironmentOfAsync(IDistributedApplicationBuilder builder, IResource resource) =>
        (await ConfigurationOfAsync(builder, resource)).Environment;

    private static async Task<InstanceConfiguration> ConfigurationOfAsync(IDistributedApplicationBuilder builder, IResource resource)
    {
        await using var services = builder.Services.BuildServiceProvider();
        return await services.GetRequiredService<ResourceEnvironment>().BuildAsync(resource, Instance, Token);
    }
}
