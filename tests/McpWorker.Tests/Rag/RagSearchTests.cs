using System.Globalization;
using McpModules;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using Testing;

namespace McpWorker.Tests.Rag;

/// <summary>What retrieval does beyond the words of the question.</summary>
[Trait("Requirement", "S-144")]
public sealed class RagSearchTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("harbor fes", "harbour fees")]
    [InlineData("who lights the lammp of the lighthuose", "who lights the lamp of the lighthouse")]
    public async Task A_misspelt_question_is_read_as_one_the_library_can_answer(string asked, string understood)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "The harbour fees are four a metre."), ("title", "Harbour"), ("language", "en"));
        await client.CallAsync("media_ingest", ("content", "A keeper lights the lamp of the lighthouse."), ("title", "Light"), ("language", "en"));

        var answer = (await client.CallAsync("rag_query", ("query", asked))).Data();

        Assert.Equal(understood, answer.GetProperty("understood_as").GetString());
        Assert.True(answer.GetProperty("matched_all_words").GetBoolean());
        var passage = answer.GetProperty("passages")[0];
        Assert.Contains("**", passage.GetProperty("highlight").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_without_a_mistake_is_left_as_it_is()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "The harbour fees are four a metre."), ("language", "en"));

        var answer = (await client.CallAsync("rag_query", ("query", "what are the harbour's fees"))).Data();
        var nothingLikeIt = (await client.CallAsync("rag_query", ("query", "zeppelin"))).Data();

        Assert.False(answer.TryGetProperty("understood_as", out _));
        Assert.False(nothingLikeIt.TryGetProperty("understood_as", out _));
        Assert.Empty(nothingLikeIt.GetProperty("passages").EnumerateArray());
    }

    [Fact]
    public async Task Each_passage_says_how_to_cite_it()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var id = (await client.CallAsync("media_ingest", ("content", "# Harbour\n\n## Fees\n\nThe berth fee is four."))).Data().GetProperty("id").GetString();

        var passage = (await client.CallAsync("rag_query", ("query", "berth fee"))).Data().GetProperty("passages")[0];

        Assert.Equal($"Harbour > Fees (media://{id})", passage.GetProperty("citation").GetString());
    }

    [Fact]
    public async Task Filters_choose_the_part_of_the_library_that_is_asked()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "A berth is free."), ("title", "plain"), ("tags", new[] { "port" }), ("language", "en"));
        await client.CallAsync("media_ingest", ("content", "<html><body>A berth is taken.</body></html>"), ("title", "html"), ("language", "en"));
        await client.CallAsync("media_ingest", ("content", "Berth heißt Liegeplatz."), ("title", "german"), ("language", "de"));
        await ExecuteAsync(worker, "UPDATE media SET created_at = '2020-01-01' WHERE title = 'html'");

        Assert.Equal(["german", "html", "plain"], (await TitlesAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(["plain"], await TitlesAsync(("tags", new[] { "port" })));
        Assert.Equal(["html"], await TitlesAsync(("media_type", "html")));
        Assert.Equal(["german"], await TitlesAsync(("language", "de")));
        Assert.Equal(["german", "plain"], (await TitlesAsync(("since", "2021-01-01T00:00:00Z"))).Order(StringComparer.Ordinal));

        async Task<List<string?>> TitlesAsync(params (string, object?)[] filter) =>
            [.. (await client.CallAsync("rag_query", [("query", "berth"), .. filter])).Data()
                .GetProperty("passages").EnumerateArray().Select(passage => passage.GetProperty("title").GetString())];
    }

    [Fact]
    public async Task With_an_embedding_provider_a_passage_is_found_by_its_meaning()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, configure: services => services.AddSingleton<IEmbeddingProvider, Concepts>());
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "A vessel lies at the quay."), ("title", "vessel"), ("language", "en"));
        await client.CallAsync("media_ingest", ("content", "Bread is baked at night."), ("title", "bread"), ("language", "en"));
        await EmbeddedAsync(worker, 2);

        var answer = await PassagesAsync(client, "boat in the harbour");
        var both = await PassagesAsync(client, "bread");
        var filtered = (await client.CallAsync("rag_query", ("query", "boat"), ("tags", new[] { "none" }))).Data();

        Assert.Equal("vessel", Assert.Single(answer).GetProperty("title").GetString());
        Assert.Equal(0.5, answer[0].GetProperty("score").GetDouble());
        Assert.Equal("bread", Assert.Single(both).GetProperty("title").GetString());
        Assert.Equal(1, both[0].GetProperty("score").GetDouble());
        Assert.Contains("**Bread**", both[0].GetProperty("highlight").GetString(), StringComparison.Ordinal);
        Assert.Empty(filtered.GetProperty("passages").EnumerateArray());
    }

    [Fact]
    public async Task A_provider_that_fails_leaves_the_words()
    {
        var concepts = new Concepts { Fails = true };
        await using var worker = await WorkerApp.StartAsync(postgres, configure: services => services.AddSingleton<IEmbeddingProvider>(concepts));
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "Bread is baked at night."), ("language", "en"));

        var answer = await PassagesAsync(client, "bread");
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "embedding_waits", Token);
        concepts.Fails = false;

        Assert.Single(answer);
        Assert.Contains(worker.Log.Entries, entry => entry.Event.Name == "embedding_failed");
        await EmbeddedAsync(worker, 1);
    }

    private static async Task<List<System.Text.Json.JsonElement>> PassagesAsync(McpClient client, string query) =>
        [.. (await client.CallAsync("rag_query", ("query", query))).Data().GetProperty("passages").EnumerateArray()];

    private static async Task EmbeddedAsync(WorkerApp worker, int passages)
    {
        await using var count = worker.Database.CreateCommand("SELECT count(*) FROM passage_vectors");
        while (Convert.ToInt32(await count.ExecuteScalarAsync(Token), CultureInfo.InvariantCulture) < passages)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task ExecuteAsync(WorkerApp worker, string sql)
    {
        await using var command = worker.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>A model that knows two things: ships and bread.</summary>
    private sealed class Concepts : IEmbeddingProvider
    {
        private static readonly string[] Ships = ["vessel", "boat", "quay", "harbour"];

        public bool Fails { get; set; }

        public string Model => "concepts-1";

        public int Dimensions => 3;

        public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
            Fails ? throw new InvalidOperationException("no model") : Task.FromResult<IReadOnlyList<float[]>>([.. texts.Select(Embed)]);

        private static float[] Embed(string text) =>
        [
            Ships.Count(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)),
            text.Contains("bread", StringComparison.OrdinalIgnoreCase) ? 2 : 0,
            0.01f,
        ];
    }
}
