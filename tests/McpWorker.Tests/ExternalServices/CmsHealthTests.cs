using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.ExternalServices;

public sealed class CmsHealthTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-170")]
    [Trait("Requirement", "S-174")]
    public async Task A_system_that_does_not_answer_is_told_without_its_name()
    {
        var port = FreePort.Next();
        await using var worker = await StartAsync($"http://localhost:{port}/api");

        var dependencies = await DependenciesAsync(worker);

        Assert.Equal("cms: does not answer", dependencies);
    }

    [Theory]
    [Trait("Requirement", "S-170")]
    [InlineData(200, "healthy")]
    [InlineData(500, "cms: answers with status 500")]
    [InlineData(302, "cms: answers with status 302")]
    public async Task Its_health_endpoint_below_the_base_decides_and_redirects_are_not_followed(int status, string expected)
    {
        var asked = new List<string>();
        await using var cms = await CmsAsync(context =>
        {
            asked.Add($"{context.Request.Path}{context.Request.QueryString}");
            context.Response.StatusCode = status;
            context.Response.Headers.Location = status == 302 ? "/elsewhere" : default;
            return Task.CompletedTask;
        });
        await using var worker = await StartAsync($"{cms.Urls.First()}/api/?site=a");

        var dependencies = await DependenciesAsync(worker);

        Assert.Equal(expected, dependencies);
        Assert.All(asked, path => Assert.Equal("/api/health?site=a", path));
        Assert.NotEmpty(asked);
    }

    [Fact]
    [Trait("Requirement", "S-170")]
    public async Task Without_the_setting_nothing_is_checked()
    {
        await using var worker = await StartAsync("");

        Assert.Equal("healthy", await DependenciesAsync(worker));
    }

    [Fact]
    [Trait("Requirement", "S-173")]
    public async Task A_worker_answers_the_three_probes()
    {
        await using var worker = await StartAsync("");
        using var client = worker.CreateClient();

        using var live = await client.GetAsync("/health/live", Token);
        using var ready = await client.GetAsync("/health/ready", Token);
        using var health = await client.GetAsync("/health", Token);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Contains("\"database\":true,\"cache\":false", await ready.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("\"database\":\"healthy\"", await health.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static async Task<string?> DependenciesAsync(WorkerApp worker)
    {
        using var client = worker.CreateClient();
        using var answer = await client.GetAsync("/health", Token);
        var body = await answer.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain("localhost", body, StringComparison.Ordinal);
        return JsonDocument.Parse(body).RootElement.GetProperty("checks").GetProperty("dependencies").GetString()?
            .Replace("StackExchange.Redis: unreachable, ", "", StringComparison.Ordinal)
            .Replace("StackExchange.Redis: unreachable", "healthy", StringComparison.Ordinal);
    }

    private static async Task<WebApplication> CmsAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync(Token);
        return app;
    }

    private Task<WorkerApp> StartAsync(string cms) => WorkerApp.StartAsync(
        postgres, configure: services => services.Configure<ModuleOptions>(options => options.CmsBaseUrl = cms));
}
