using Testing;

namespace McpWorker.Tests.Rag;

public sealed class RagToolTests(PostgresServer postgres)
{
    private const string Handbook =
        """
        # Harbour handbook

        ## Moorings

        Ships wait at the outer wall. Berths are given by length.

        ## Fees

        ### Setting the tariff

        ```sh
        # Berth fees
        BERTH_FEE_ENABLED=true
        BERTH_FEE_PER_METRE=4
        ```
        """;

    private const string Filler = "Rain falls on the roofs of the town and runs down to the sea, as it did the day before and the day before that.";

    private const string Novel = "The captain complained about the fee and said that setting sail was cheaper in other towns, where a berth costs nothing.";

    [Fact]
    [Trait("Requirement", "S-144")]
    public async Task The_passage_that_answers_comes_first_with_score_and_source()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var handbook = (await client.CallAsync("media_ingest", ("content", Handbook))).Data().GetProperty("id").GetString();
        await client.CallAsync("media_ingest", ("content", Novel));

        var answer = (await client.CallAsync("rag_query", ("query", "how are berth fees set"))).Data();
        var passages = answer.GetProperty("passages").EnumerateArray().ToList();

        Assert.True(answer.GetProperty("matched_all_words").GetBoolean());
        Assert.Equal(handbook, passages[0].GetProperty("source_id").GetString());
        Assert.Equal("Harbour handbook", passages[0].GetProperty("title").GetString());
        Assert.Equal("Harbour handbook > Fees > Setting the tariff", passages[0].GetProperty("section").GetString());
        Assert.Contains("BERTH_FEE_PER_METRE=4", passages[0].GetProperty("passage").GetString(), StringComparison.Ordinal);
        Assert.Contains("**", passages[0].GetProperty("highlight").GetString(), StringComparison.Ordinal);
        var scores = passages.ConvertAll(passage => passage.GetProperty("score").GetDouble());
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(scores, score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    [Trait("Requirement", "S-144")]
    public async Task A_question_no_passage_matches_whole_is_answered_by_its_words()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", Handbook));

        var partly = (await client.CallAsync("rag_query", ("query", "-what \"does a zeppelin\" pay for its berth?"))).Data();
        var nothing = (await client.CallAsync("rag_query", ("query", "zeppelin"))).Data();
        var noWords = (await client.CallAsync("rag_query", ("query", "?!"))).Data();

        Assert.False(partly.GetProperty("matched_all_words").GetBoolean());
        Assert.NotEmpty(partly.GetProperty("passages").EnumerateArray());
        Assert.Empty(nothing.GetProperty("passages").EnumerateArray());
        Assert.Empty(noWords.GetProperty("passages").EnumerateArray());
    }

    [Fact]
    [Trait("Requirement", "S-144")]
    public async Task A_word_few_passages_have_counts_more_than_one_that_all_have()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        foreach (var quay in new[] { "north", "south", "east", "west" })
        {
            await client.CallAsync("media_ingest", ("content", $"The ships of the harbour lie at the {quay} quay of the harbour, ships beside ships."));
        }

        var lamp = (await client.CallAsync("media_ingest", ("content", "A keeper lights the lamp when it is dark. Then ships may come."))).Data();

        var answer = (await client.CallAsync("rag_query", ("query", "who lights the lamps for the ships of the harbour"))).Data();
        var passages = answer.GetProperty("passages").EnumerateArray().ToList();

        Assert.False(answer.GetProperty("matched_all_words").GetBoolean());
        Assert.Equal(lamp.GetProperty("id").GetString(), passages[0].GetProperty("source_id").GetString());
        Assert.Equal(5, passages.Count);
    }

    [Fact]
    [Trait("Requirement", "S-144")]
    public async Task Words_that_stand_together_win_over_words_far_apart()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var together = (await client.CallAsync("media_ingest", ("content", $"{Filler} The night watch begins at ten. {Filler}"))).Data();
        await client.CallAsync("media_ingest", ("content", $"The night is long. {Filler} {Filler} Nobody looks at a watch."));

        var answer = (await client.CallAsync("rag_query", ("query", "when is the night watch"))).Data();

        Assert.Equal(together.GetProperty("id").GetString(), answer.GetProperty("passages")[0].GetProperty("source_id").GetString());
    }

    [Theory]
    [InlineData("it's C:\\berth\\fee.txt & (what | !not) 'quoted' <-> http://a.example/o'berth\\x?y=1")]
    [InlineData("\\ ' '' \\' : * berth:*")]
    [Trait("Requirement", "S-144")]
    public async Task Signs_that_mean_something_to_the_search_language_are_only_text(string query)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", Handbook));

        var answer = (await client.CallAsync("rag_query", ("query", query))).Data();

        Assert.NotEmpty(answer.GetProperty("passages").EnumerateArray());
    }

    [Fact]
    public async Task Passages_go_with_their_document()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var id = (await client.CallAsync("media_ingest", ("content", Handbook))).Data().GetProperty("id").GetString();
        await client.CallAsync("media_delete", ("id", id));

        var answer = (await client.CallAsync("rag_query", ("query", "berth fees"))).Data();

        Assert.Empty(answer.GetProperty("passages").EnumerateArray());
    }
}
