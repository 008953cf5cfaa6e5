using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StandIns.Tests.Orchestration;

public sealed class TestingBuilderTests
{
    private static readonly string[] Greeting = ["Parameters:greeting=hello world"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-374")]
    public async Task The_AppHosts_own_Main_describes_what_the_test_starts()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(Greeting, Token);
        Assert.Equal<IEnumerable<string>>(["greeting", "service", "front"], builder.Resources.Select(resource => resource.Name));
        Assert.Equal(Projects.SampleAppHost.ProjectPath, builder.AppHostDirectory);
        builder.CreateResourceBuilder((ProjectResource)builder.Resources.Single(resource => resource.Name == "front")).WithEnvironment("ADDED", "by the test");
        await using var app = await builder.BuildAsync(Token);
        Assert.Throws<InvalidOperationException>(() => app.GetEndpoint("front"));

        await app.StartAsync(Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("front", Token);

        using var front = app.CreateHttpClient("front");
        var environment = (await front.GetFromJsonAsync<Dictionary<string, string>>("/environment", Token))!;
        Assert.Equal("hello world", environment["GREETING"]);
        Assert.Equal("by the test", environment["ADDED"]);
        Assert.Equal(app.GetEndpoint("service", "http").ToString().TrimEnd('/'), environment["services__service__http__0"]);
        Assert.Equal("http://localhost:4317", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.NotEqual(5391, app.GetEndpoint("service").Port);
        Assert.StartsWith("http://localhost:", environment["ASPNETCORE_URLS"], StringComparison.Ordinal);
        Assert.DoesNotContain(front.BaseAddress!.Port.ToString(), environment["ASPNETCORE_URLS"], StringComparison.Ordinal);
        Assert.EndsWith("SampleService", (await front.GetStringAsync("/folder", Token)).Trim('"'), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => app.GetEndpoint("front", "grpc"));
        Assert.Throws<ArgumentException>(() => app.GetEndpoint("nobody"));
    }

    [Fact]
    [Trait("Requirement", "S-375")]
    public async Task Two_test_hosts_in_one_process_do_not_disturb_each_other_and_leave_nothing()
    {
        DistributedApplication[] apps = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(Greeting, Token);
            var app = await builder.BuildAsync(Token);
            await app.StartAsync(Token);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("front", Token);
            return app;
        }));
        var runs = apps.Select(app => app.Services.GetRequiredService<LocalRun>()).ToList();

        Assert.NotEqual(apps[0].GetEndpoint("front"), apps[1].GetEndpoint("front"));
        Assert.NotEqual(runs[0].Folder, runs[1].Folder, StringComparer.Ordinal);
        await apps[0].DisposeAsync();
        Assert.Empty(runs[0].Mark.FindProcesses());
        Assert.False(Directory.Exists(runs[0].Folder));

        using var client = apps[1].CreateHttpClient("front");
        Assert.Equal("Healthy", await client.GetStringAsync("/health", Token));
        Assert.Equal(3, runs[1].Mark.FindProcesses().Count);
        await apps[1].DisposeAsync();
        Assert.Empty(runs[1].Mark.FindProcesses());
    }

    [Fact]
    public async Task An_application_that_is_never_built_leaves_nothing()
    {
        string folder;

        await using (var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(Token))
        {
            folder = builder.Configuration["LocalState"]!;
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Settings_of_the_test_win_over_the_defaults()
    {
        using var scratch = new Scratch();
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(
            ["--DcpPublisher:RandomizePorts=false", $"--LocalState={scratch.Folder}"], (_, settings) => settings.Configuration!["Parameters:greeting"] = "hi", Token);

        Assert.Equal("false", builder.Configuration["DcpPublisher:RandomizePorts"]);
        Assert.Equal(scratch.Folder, builder.Configuration["LocalState"]);
        Assert.Equal("hi", builder.Configuration["Parameters:greeting"]);
        Assert.Equal("http://localhost:8080", builder.Configuration["ASPNETCORE_URLS"]);
    }

    [Fact]
    public async Task An_assembly_without_a_Main_is_refused()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<DistributedApplication>(Token));

        Assert.Contains("Projects.AppHost", failure.Message, StringComparison.Ordinal);
    }
}
