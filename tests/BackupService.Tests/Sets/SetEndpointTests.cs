using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BackupService.Postgres;
using BackupService.Sets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDefaults;
using ServiceDefaults.InternalCalls;
using Testing;

namespace BackupService.Tests.Sets;

public sealed class SetEndpointTests(PostgresServer postgres, RedisServer redis) : IClassFixture<RedisServer>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    [Trait("Requirement", "S-272")]
    public async Task A_backup_asked_for_over_http_is_made_in_the_background_and_listed()
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();

        using var answer = await client.SendAsync(Request(service, HttpMethod.Post, "backup/run", "backup:run"), Token);
        await _log.WaitForAsync(entry => entry.Event.Name == "backup_finished", Token);
        using var list = await client.SendAsync(Request(service, HttpMethod.Get, "backup/list", "*"), Token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        var listed = await list.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(id, listed.GetProperty("latest").GetString());
        Assert.True(listed.GetProperty("sets")[0].GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_second_request_while_one_runs_is_a_conflict()
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();
        using var running = service.Services.GetRequiredService<BackupRunner>().Begin(BackupHost.Tester);

        using var answer = await client.SendAsync(Request(service, HttpMethod.Post, "backup/run", "backup:run"), Token);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("tools/call", "*", HttpStatusCode.Unauthorized)]
    [InlineData("backup/list", "*", HttpStatusCode.Unauthorized)]
    [InlineData("backup/run", "tool:media/*:call", HttpStatusCode.Forbidden)]
    [InlineData("backup/run", "backup:list", HttpStatusCode.Forbidden)]
    public async Task A_token_for_something_else_starts_nothing(string method, string permission, HttpStatusCode expected)
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();

        using var answer = await client.SendAsync(Request(service, HttpMethod.Post, method, permission), Token);

        Assert.Equal(expected, answer.StatusCode);
        Assert.False(File.Exists(_folder.File(RepositoryDescription.FileName)));
    }

    [Fact]
    public async Task Without_a_token_or_with_one_of_another_request_nothing_is_told()
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();
        using var replayed = Request(service, HttpMethod.Get, "backup/list", "*");
        replayed.Headers.Remove("X-Request-ID");
        replayed.Headers.Add("X-Request-ID", "another-request");

        using var none = await client.GetAsync(SetEndpoints.Path, Token);
        using var other = await client.SendAsync(replayed, Token);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (none.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_run_without_a_set()
    {
        using var tools = new TemporaryFolder();
        var endless = await FakeTools.CreateAsync(tools, "99.0", "cat /dev/zero");
        await using (var service = await StartAsync(endless))
        {
            using var client = service.CreateClient();
            using var answer = await client.SendAsync(Request(service, HttpMethod.Post, "backup/run", "backup:run"), Token);
            await _log.WaitForAsync(entry => entry.Event.Name == "backup_started", Token);
        }

        Assert.Contains(_log.Entries, entry => entry.Event.Name == "backup_failed");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("sets")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("tmp")));
    }

    [Fact]
    [Trait("Requirement", "S-009")]
    [Trait("Requirement", "S-173")]
    public async Task A_service_that_can_make_backups_is_alive_and_ready()
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();

        using var alive = await client.GetAsync("/health/live", Token);
        using var ready = await client.GetAsync("/health/ready", Token);
        using var health = await client.GetAsync("/health", Token);
        var checks = (await health.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("checks");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (alive.StatusCode, ready.StatusCode));
        Assert.Equal("healthy", checks.GetProperty("dependencies").GetString());
    }

    [Fact]
    [Trait("Requirement", "S-276")]
    public async Task A_service_without_client_tools_is_not_ready_and_says_what_to_install()
    {
        await using var service = await StartAsync(services => services.AddSingleton(new ToolDirectories([])));
        using var client = service.CreateClient();

        using var ready = await client.GetAsync("/health/ready", Token);
        using var health = await client.GetAsync("/health", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("Install postgresql-client-", await health.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-178")]
    [Trait("Requirement", "S-202")]
    public async Task Its_metrics_are_the_documented_ones()
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();
        using var answer = await client.SendAsync(Request(service, HttpMethod.Post, "backup/run", "backup:run"), Token);
        await _log.WaitForAsync(entry => entry.Event.Name == "backup_finished", Token);

        var scrape = await Scrape.OfAsync(service.Server, ServiceIdentity.Backup, Token);

        Assert.Empty(OwnMetrics.Differences(scrape, ResourceNames.Backup));
        Assert.Equal(1, scrape.Value("mcp_backup_runs_total", ("result", "success")));
        Assert.Equal(0, scrape.Value("mcp_backup_runs_total", ("result", "failure")));
    }

    [Fact]
    [Trait("Requirement", "S-202")]
    public async Task A_set_made_by_a_verb_shows_in_the_metrics_of_the_service()
    {
        await using var service = await StartAsync();
        using var client = service.CreateClient();
        using var verb = new BackupHost(await postgres.CreateDatabaseAsync(migrated: true, Token), _folder);

        var set = await verb.BackUpAsync();

        Scrape scrape;
        do
        {
            await Task.Delay(100, Token);
            scrape = await Scrape.OfAsync(service.Server, ServiceIdentity.Backup, Token);
        }
        while (scrape.Value("mcp_backup_sets") is not 1 && set.Manifest.StoppedAt > TimeProvider.System.GetUtcNow().AddSeconds(-30));
        Assert.Equal(1, scrape.Value("mcp_backup_sets"));
        Assert.Equal(set.Manifest.StoppedAt.ToUnixTimeMilliseconds() / 1000.0, scrape.Value("mcp_backup_last_success_timestamp_seconds"));
    }

    private async Task<WebApplicationFactory<Program>> StartAsync(Action<IServiceCollection>? change = null)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        return new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            foreach (var (key, value) in BackupHost.SettingsFor(database, _folder))
            {
                builder.UseSetting(key, value);
            }

            builder.UseSetting("ConnectionStrings:redis", redis.ConnectionString);
            builder.UseSetting("MCP_INTERNAL_SECRET", "only-for-this-test-0123456789-abcdefgh");
            builder.ConfigureLogging(logging => logging.AddProvider(_log));
            builder.ConfigureServices(services => change?.Invoke(services));
        });
    }

    private static HttpRequestMessage Request(WebApplicationFactory<Program> service, HttpMethod verb, string method, string permission)
    {
        var id = Guid.NewGuid().ToString("N");
        var caller = new InternalCaller("user-1", "admin", "key-1", ["admin"], [permission]);
        var token = service.Services.GetRequiredService<InternalTokens>().Sign(new InternalCall(caller, method, "", id));
        return new HttpRequestMessage(verb, SetEndpoints.Path) { Headers = { { InternalTokens.HeaderName, token }, { "X-Request-ID", id } } };
    }
}
