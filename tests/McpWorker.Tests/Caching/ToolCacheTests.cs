using McpModules;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Caching;
using ServiceDefaults.Settings.Catalog;
using StackExchange.Redis;
using Testing;

namespace McpWorker.Tests.Caching;

public sealed class ToolCacheTests(PostgresServer postgres, RedisServer redis) : IClassFixture<RedisServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-327")]
    public async Task The_second_call_is_answered_from_memory_and_a_write_makes_the_result_old()
    {
        await using var worker = await StartAsync();
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();
        var about = Unique();

        var first = await AskAsync(client, about);
        var second = await AskAsync(client, about);
        var hits = metrics.Sum("mcp_cache_hits_total", "level=memory");
        await client.CallAsync("count_write");
        var third = await AskAsync(client, about);

        Assert.Equal(first, second);
        Assert.Equal(1, hits);
        Assert.NotEqual(first, third);
        Assert.Equal(2, ModuleOf(worker).Runs);
        Assert.Equal(2, metrics.Sum("mcp_cache_misses_total", "level=memory"));
        Assert.Equal(3, metrics.Sum("tools_executed_total", "tool=count_shared", "result=success"));
    }

    [Fact]
    [Trait("Requirement", "S-327")]
    [Trait("Requirement", "S-328")]
    public async Task Another_worker_finds_it_in_Redis_as_JSON_that_does_not_outlive_its_time()
    {
        await using var one = await StartAsync(settings: new() { ["CACHE_TTL"] = "300" });
        await using var other = await StartAsync();
        using var metrics = new RecordedMetrics(other.Services);
        await using var first = await one.ConnectAsync();
        await using var second = await other.ConnectAsync();
        await SharedAsync(one, other);

        // A slow moment of the machine may cost one of the two its 25 ms.
        string computed, found;
        do
        {
            var about = Unique();
            computed = await AskAsync(first, about);
            found = await AskAsync(second, about);
        }
        while (computed != found && !Token.IsCancellationRequested);

        var connection = one.Services.GetRequiredService<IConnectionMultiplexer>();
        var key = connection.GetServer(connection.GetEndPoints()[0]).Keys(pattern: "mcp:cache:count_shared@*").First();
        var left = await connection.GetDatabase().KeyTimeToLiveAsync(key);
        var json = await connection.GetDatabase().StringGetAsync(key);
        Assert.Equal(1, metrics.Sum("mcp_cache_hits_total", "level=redis"));
        Assert.InRange(left!.Value.TotalSeconds, 1, 3600);
        Assert.StartsWith("{", json.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"content\"", json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-328")]
    public async Task CACHE_TTL_is_the_time_to_live_in_Redis()
    {
        await using var worker = await StartAsync(settings: new() { ["CACHE_TTL"] = "300" });
        await using var client = await worker.ConnectAsync();
        await SharedAsync(worker);
        var connection = worker.Services.GetRequiredService<IConnectionMultiplexer>();
        await connection.GetDatabase().KeyDeleteAsync([.. KeysOf(connection)]);

        while (!KeysOf(connection).Any())
        {
            await AskAsync(client, Unique());
        }

        var left = await connection.GetDatabase().KeyTimeToLiveAsync(KeysOf(connection).First());
        Assert.InRange(left!.Value.TotalSeconds, 1, 300);
    }

    [Fact]
    [Trait("Requirement", "S-327")]
    public async Task A_write_at_one_worker_makes_what_another_has_in_memory_old()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        await using var first = await one.ConnectAsync();
        await using var second = await other.ConnectAsync();
        await SharedAsync(one, other);
        var about = Unique();
        var before = await AskAsync(first, about);

        await second.CallAsync("count_write");

        var after = before;
        while (after == before)
        {
            after = await AskAsync(first, about);
        }

        Assert.NotEqual(before, after);
    }

    [Fact]
    [Trait("Requirement", "S-329")]
    public async Task Clearing_reaches_every_worker()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        await SharedAsync(worker);
        var about = Unique();
        var before = await AskAsync(client, about);

        await CacheGenerations.RaiseAsync(worker.Services.GetRequiredService<IConnectionMultiplexer>(), CacheGenerations.Everything, CacheGenerations.New());

        var after = before;
        while (after == before)
        {
            after = await AskAsync(client, about);
        }

        Assert.NotEqual(before, after);
    }

    [Fact]
    [Trait("Requirement", "S-328")]
    public async Task CACHE_MAX_SIZE_bounds_the_memory_and_the_least_recently_used_goes()
    {
        await using var worker = await StartAsync(settings: new() { ["CACHE_MAX_SIZE"] = "2", ["ConnectionStrings:redis"] = Nowhere });
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        var a = await AskAsync(client, "a");
        await AskAsync(client, "b");
        var again = await AskAsync(client, "a");
        await AskAsync(client, "c");
        var kept = await AskAsync(client, "a");
        var runs = ModuleOf(worker).Runs;
        await AskAsync(client, "b");

        Assert.Equal((a, a), (again, kept));
        Assert.Equal((3, 4), (runs, ModuleOf(worker).Runs));
        Assert.Equal(["2"], metrics.Gauge("mcp_cache_entries").Select(value => value.Trim()));
    }

    [Fact]
    [Trait("Requirement", "S-327")]
    public async Task After_its_time_a_result_is_computed_again()
    {
        await using var worker = await StartAsync(settings: new() { ["CACHE_TTL"] = "1", ["ConnectionStrings:redis"] = Nowhere });
        await using var client = await worker.ConnectAsync();
        var before = await AskAsync(client, "a");

        var after = before;
        while (after == before)
        {
            after = await AskAsync(client, "a");
        }

        Assert.Equal(("a 1", "a 2"), (before, after));
    }

    [Fact]
    [Trait("Requirement", "S-330")]
    public async Task A_result_never_crosses_to_another_caller_or_to_other_permissions()
    {
        await using var worker = await StartAsync();
        await using var ann = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:count/*:call"));
        await using var bob = await worker.ConnectAsync(WorkerApp.Caller("bob", "tool:count/*:call"));
        await using var chief = await worker.ConnectAsync(WorkerApp.Caller("chief", "*"));
        await using var nobody = await worker.ConnectAsync(WorkerApp.Caller("eve", "tool:media/*:call"));

        var owns = new[] { await OwnAsync(ann), await OwnAsync(bob), await OwnAsync(ann) };
        var granted = new[] { await GrantedAsync(ann), await GrantedAsync(bob), await GrantedAsync(chief) };
        await AskAsync(ann, "a");

        Assert.Equal(["ann 1", "bob 2", "ann 1"], owns);
        Assert.Equal(granted[0], granted[1]);
        Assert.NotEqual(granted[0], granted[2]);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(nobody, "a"));

        static async Task<string> OwnAsync(McpClient client) => (await client.CallAsync("count_own")).TextOf();

        static async Task<string> GrantedAsync(McpClient client) => (await client.CallAsync("count_granted")).TextOf();
    }

    [Fact]
    public async Task Many_who_ask_at_once_wait_for_one_computation()
    {
        await using var worker = await StartAsync();
        var module = ModuleOf(worker);
        module.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = await worker.ConnectAsync();
        var about = Unique();
        var asking = Enumerable.Range(0, 10).Select(_ => AskAsync(client, about)).ToList();
        while (worker.Log.Entries.Count(entry => entry.Event.Name == "tool_execution_started") < 10)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        module.Hold.SetResult();
        var answers = await Task.WhenAll(asking);

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.Equal(1, module.Runs);
    }

    [Fact]
    public async Task Failures_large_results_and_answers_to_questions_are_not_kept()
    {
        await using var worker = await StartAsync();
        var module = ModuleOf(worker);
        await using var client = await worker.ConnectAsync();
        var about = Unique();
        var answering = new CallToolRequestParams
        {
            Name = "count_shared",
            Arguments = new Dictionary<string, System.Text.Json.JsonElement>(StringComparer.Ordinal) { ["about"] = System.Text.Json.JsonSerializer.SerializeToElement(about) },
            RequestState = "state",
        };

        await client.CallAsync("count_fail");
        await client.CallAsync("count_fail");
        await client.CallAsync("count_large");
        await client.CallAsync("count_large");
        await AskAsync(client, about);
        await client.CallToolAsync(answering, Token);

        Assert.Equal(6, module.Runs);
    }

    [Fact]
    public async Task Without_Redis_results_are_kept_by_the_worker_alone_and_it_says_so()
    {
        await using var worker = await StartAsync(settings: new() { ["ConnectionStrings:redis"] = Nowhere });
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        var first = await AskAsync(client, "a");
        var second = await AskAsync(client, "a");
        await client.CallAsync("count_write");
        var third = await AskAsync(client, "a");

        Assert.Equal(("a 1", "a 1", "a 2"), (first, second, third));
        Assert.Equal(["1"], metrics.Gauge("mcp_cache_alone").Select(value => value.Trim()));
    }

    [Fact]
    [Trait("Requirement", "S-329")]
    public async Task It_is_switched_off_and_on_while_the_worker_runs()
    {
        var folder = Directory.CreateTempSubdirectory("worker-cache-").FullName;
        try
        {
            foreach (var file in new[] { "config.yaml", "development.yaml", "production.yaml", "config.local.yaml" })
            {
                await File.WriteAllTextAsync(Path.Combine(folder, file), "# nothing", Token);
            }

            await using var worker = await StartAsync(settings: new() { ["MCP_CONFIG_DIR"] = folder });
            await using var client = await worker.ConnectAsync();
            var about = Unique();
            var on = await AskAsync(client, about);

            await File.WriteAllTextAsync(Path.Combine(folder, "config.local.yaml"), "cache:\n  enabled: false\n", Token);
            await worker.Log.WaitForAsync(entry => entry.Event.Name == "config_reloaded", Token);
            var off = new[] { await AskAsync(client, about), await AskAsync(client, about) };

            Assert.Equal(3, off.Append(on).Distinct(StringComparer.Ordinal).Count());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    [Trait("Requirement", "S-327")]
    public async Task A_new_document_is_found_by_a_question_that_was_asked_before()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, settings: new() { ["ConnectionStrings:redis"] = redis.ConnectionString });
        await using var client = await worker.ConnectAsync();

        var before = (await client.CallAsync("rag_query", ("query", "otter"))).Data();
        var listed = (await client.CallAsync("media_list")).Data();
        await client.CallAsync("media_ingest", ("content", "An otter swims."));
        var after = (await client.CallAsync("rag_query", ("query", "otter"))).Data();
        var relisted = (await client.CallAsync("media_list")).Data();

        Assert.Equal((0, 0), (before.GetProperty("passages").GetArrayLength(), listed.GetProperty("items").GetArrayLength()));
        Assert.Equal((1, 1), (after.GetProperty("passages").GetArrayLength(), relisted.GetProperty("items").GetArrayLength()));
    }

    private const string Nowhere = "127.0.0.1:1,abortConnect=false,connectTimeout=100";

    private static string Unique() => Guid.NewGuid().ToString("N");

    private static async Task<string> AskAsync(McpClient client, string about)
    {
        Token.ThrowIfCancellationRequested();
        return (await client.CallAsync("count_shared", ("about", about))).TextOf();
    }

    private static IEnumerable<RedisKey> KeysOf(IConnectionMultiplexer connection) =>
        connection.GetServer(connection.GetEndPoints()[0]).Keys(pattern: "mcp:cache:count_shared@*");

    private static async Task SharedAsync(params WorkerApp[] workers)
    {
        foreach (var worker in workers)
        {
            using var metrics = new RecordedMetrics(worker.Services);
            while (metrics.Gauge("mcp_cache_alone").Single().Trim() != "0")
            {
                Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    private static CountingModule ModuleOf(WorkerApp worker) => worker.Services.GetServices<Module>().OfType<CountingModule>().Single();

    private async Task<WorkerApp> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(settings ?? [], StringComparer.Ordinal);
        all.TryAdd("ConnectionStrings:redis", redis.ConnectionString);
        var worker = await WorkerApp.StartAsync(
            postgres, new ModuleOptions { Enabled = ["count"] }, services => services.AddModule<CountingModule>(), all);
        worker.StartServer();
        return worker;
    }
}
