using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Tests.Hosting.Manifests;

public sealed class ManifestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What Aspire 13.5.2 wrote for the same program is in the file.</summary>
    [Fact]
    [Trait("Requirement", "S-007")]
    public async Task A_program_with_every_kind_of_reference_publishes_what_the_official_packages_publish()
    {
        var builder = TestApplications.ToPublish();
        var adminKey = builder.AddParameter("gateway-admin-key", secret: true);
        var postgres = builder.AddPostgres("postgres").WithDataVolume("mcp-pgdata");
        var mcpdb = postgres.AddDatabase("mcpdb");
        var redis = builder.AddRedis("redis").WithDataVolume().WithPersistence(TimeSpan.FromMinutes(1), 100);
        var worker = builder.AddProject<Worker>("mcpworker")
            .WithReference(mcpdb).WaitFor(mcpdb).WithReference(redis).WaitFor(redis).WithHttpHealthCheck("/health").WithReplicas(2);
        builder.AddProject<Gateway>("mcpgateway")
            .WithReference(mcpdb).WaitFor(mcpdb).WithReference(redis).WaitFor(redis).WithReference(worker).WaitFor(worker)
            .WithEnvironment("Gateway__AdminKey", adminKey).WithHttpHealthCheck("/health").WithExternalHttpEndpoints().DisableForwardedHeaders()
            .WithUrlForEndpoint("http", url => url.DisplayText = "MCP gateway");
        builder.AddProject<Backup>("backupservice").WithReference(mcpdb).WaitFor(mcpdb).WithEnvironment("Backup__Directory", "backups");

        var manifest = await builder.ManifestAsync(Token);

        var official = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Hosting", "Manifests", "sample.manifest.json"), Token);
        Assert.Equal(official, manifest);
    }

    [Fact]
    public async Task A_connection_string_from_outside_is_a_secret_parameter_that_carries_it()
    {
        var builder = TestApplications.ToPublish();
        builder.AddConnectionString("mcpdb");

        var written = await builder.ManifestOfAsync("mcpdb", Token);

        Assert.Equal(
            """{"type":"parameter.v0","connectionString":"{mcpdb.value}","value":"{mcpdb.inputs.value}","inputs":{"value":{"type":"string","secret":true}}}""",
            Compact(written));
    }

    [Fact]
    public async Task A_connection_string_made_of_other_values_is_a_value()
    {
        var builder = TestApplications.ToPublish();
        var password = builder.AddParameter("password", secret: true);
        builder.AddConnectionString("mcpdb", ReferenceExpression.Create($"Host=db;Password={password};Options={{x}}"));

        var written = await builder.ManifestOfAsync("mcpdb", Token);

        Assert.Equal("""{"type":"value.v0","connectionString":"Host=db;Password={password.value};Options={x}"}""", Compact(written));
    }

    [Fact]
    public async Task A_constant_parameter_offers_its_value_only_when_asked_to()
    {
        var builder = TestApplications.ToPublish();
        builder.AddParameter("shown", "blue", publishValueAsDefault: true);
        builder.AddParameter("kept", "red");

        Assert.Contains("\"default\":{\"value\":\"blue\"}", Compact(await builder.ManifestOfAsync("shown", Token)), StringComparison.Ordinal);
        Assert.DoesNotContain("red", await RewriteAsync("kept"), StringComparison.Ordinal);

        static async Task<string> RewriteAsync(string name)
        {
            var other = TestApplications.ToPublish();
            other.AddParameter(name, "red");
            return await other.ManifestAsync(Token);
        }
    }

    [Fact]
    public async Task A_project_published_by_its_Dockerfile_keeps_its_environment_and_gets_ports()
    {
        var builder = TestApplications.ToPublish();
        builder.AddProject<Worker>("worker")
            .WithArgs("--path", "/home/someone")
            .WithEnvironment("BEFORE", "1")
            .PublishAsDockerFile(container => container.WithDockerfile("/repository", "deploy/worker.Dockerfile", "final"))
            .WithEnvironment("AFTER", "2");

        var written = await builder.ManifestOfAsync("worker", Token);

        Assert.Equal("container.v1", written.GetProperty("type").GetString());
        Assert.Equal(
            """{"context":".","dockerfile":"deploy/worker.Dockerfile","stage":"final"}""",
            Compact(written.GetProperty("build")));
        Assert.False(written.TryGetProperty("args", out _));
        Assert.Equal("1", written.GetProperty("env").GetProperty("BEFORE").GetString());
        Assert.Equal("2", written.GetProperty("env").GetProperty("AFTER").GetString());
        Assert.Equal(8080, written.GetProperty("bindings").GetProperty("http").GetProperty("targetPort").GetInt32());
    }

    [Fact]
    public async Task A_second_http_endpoint_gets_a_number_and_joins_the_ports()
    {
        var builder = TestApplications.ToPublish();
        builder.AddProject<Gateway>("gateway").WithExternalHttpEndpoints().WithHttpEndpoint(port: 9090, name: "metrics");

        var written = await builder.ManifestOfAsync("gateway", Token);

        Assert.Equal("{gateway.bindings.http.targetPort};{gateway.bindings.metrics.targetPort}", written.GetProperty("env").GetProperty("HTTP_PORTS").GetString());
        Assert.Equal(
            """{"scheme":"http","protocol":"tcp","transport":"http","port":9090,"targetPort":8000}""",
            Compact(written.GetProperty("bindings").GetProperty("metrics")));
    }

    [Fact]
    public async Task What_only_matters_in_a_run_is_left_out()
    {
        var builder = TestApplications.ToPublish();
        var crm = builder.AddExternalService("crm", "https://crm.example/");
        var step = builder.AddExecutable("step", "true", ".").ExcludeFromManifest();
        builder.AddProject<Worker>("worker").WithReference(crm).WaitForCompletion(step).WithReplicas(4).WithExplicitStart()
            .WithCommand("reset", "Reset", _ => Task.FromResult(CommandResults.Success()));

        var manifest = await builder.ManifestAsync(Token);

        Assert.DoesNotContain("\"crm\"", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("step", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("reset", manifest, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"services__crm__https__0\": \"https://crm.example/\"", manifest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{redis.bindings.tcp.tlsEnabled},ssl=trueTrue", "d148d83a")]
    [InlineData("", "02cc5d05")]
    [InlineData("a", "550d7456")]
    [InlineData("Nobody inspects the spammish repetition", "e2293b2f")]
    public void Names_of_conditional_values_end_in_xxHash32(string text, string hash) =>
        Assert.Equal(hash, ConditionalNames.XxHash32(System.Text.Encoding.UTF8.GetBytes(text)).ToString("x8"));

    private static string Compact(System.Text.Json.JsonElement element) => System.Text.Json.Nodes.JsonNode.Parse(element.GetRawText())!.ToJsonString();
}
