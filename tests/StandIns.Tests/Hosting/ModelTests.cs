using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace StandIns.Tests.Hosting;

public sealed class ModelTests
{
    [Theory]
    [InlineData("1st")]
    [InlineData("a--b")]
    [InlineData("a-")]
    [InlineData("a_b")]
    [InlineData("")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890abcde")]
    public void Names_outside_the_rule_are_refused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => TestApplications.ToRun().AddParameter(name));

    [Fact]
    public void Names_are_unique_without_regard_to_case()
    {
        var builder = TestApplications.ToRun();
        builder.AddParameter("redis");

        Assert.Throws<DistributedApplicationException>(() => builder.AddRedis("Redis"));
    }

    [Fact]
    public void Waiting_for_a_database_waits_for_its_server_first()
    {
        var builder = TestApplications.ToRun();
        var postgres = builder.AddPostgres("postgres");
        var mcpdb = postgres.AddDatabase("mcpdb");
        var worker = builder.AddProject<Worker>("worker").WaitFor(mcpdb);

        var waits = worker.Resource.Annotations.OfType<WaitAnnotation>().Select(w => (w.Resource.Name, w.WaitType));

        Assert.Equal([("postgres", WaitType.WaitUntilHealthy), ("mcpdb", WaitType.WaitUntilHealthy)], waits);
    }

    [Fact]
    public void Nothing_waits_for_itself()
    {
        var worker = TestApplications.ToRun().AddProject<Worker>("worker");

        Assert.Throws<DistributedApplicationException>(() => worker.WaitFor(worker));
    }

    [Fact]
    [Trait("Requirement", "S-004")]
    public async Task An_http_health_check_is_registered_under_a_name_that_says_what_it_asks()
    {
        var builder = TestApplications.ToRun();
        var worker = builder.AddProject<Worker>("worker").WithHttpHealthCheck("/health");

        await using var services = builder.Services.BuildServiceProvider();

        Assert.Equal("worker_http_/health_200_check", Assert.Single(worker.Resource.Annotations.OfType<HealthCheckAnnotation>()).Key);
        var registered = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;
        Assert.Contains(registered, r => r.Name == "worker_http_/health_200_check");
    }

    [Fact]
    public void A_check_of_an_endpoint_that_does_not_exist_is_refused_at_once()
    {
        var backup = TestApplications.ToRun().AddProject<Backup>("backup");

        var refused = Assert.Throws<DistributedApplicationException>(() => backup.WithHttpHealthCheck("/health"));

        Assert.Contains("'https' or 'http'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_without_proxy_has_one_port()
    {
        var builder = TestApplications.ToRun();
        var program = builder.AddExecutable("program", "true", ".").WithHttpEndpoint(port: 8123, isProxied: false);

        Assert.Equal(8123, program.GetEndpoint("http").TargetPort);
    }

    [Theory]
    [InlineData("docker.io/library/postgres:17@sha256:00", null)]
    [InlineData("postgres:17", "18")]
    public void An_image_cannot_have_two_versions(string image, string? tag)
    {
        var container = TestApplications.ToRun().AddContainer("db", "postgres");

        if (tag is null)
        {
            Assert.Null(container.WithImage(image).Resource.Annotations.OfType<ContainerImageAnnotation>().Single().Tag);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => container.WithImage(image, tag));
        }
    }

    [Theory]
    [InlineData("17", "/var/lib/postgresql/data")]
    [InlineData("18.3", "/var/lib/postgresql")]
    public void Data_of_PostgreSQL_lies_where_the_image_of_its_version_keeps_it(string tag, string folder)
    {
        var postgres = TestApplications.ToPublish().AddPostgres("postgres").WithImageTag(tag).WithDataVolume();

        var mount = Assert.Single(postgres.Resource.Annotations.OfType<ContainerMountAnnotation>());

        Assert.Equal(folder, mount.Target);
        Assert.Equal("apphost-feed4158f1-postgres-data", mount.Source);
    }
}
