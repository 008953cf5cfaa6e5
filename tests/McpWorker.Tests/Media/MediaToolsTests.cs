using Npgsql;
using Testing;

namespace McpWorker.Tests.Media;

public sealed class MediaToolsTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-143")]
    public async Task A_document_is_ingested_read_found_by_type_and_deleted()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "Pelicans fish together."), ("media_type", "text/plain"));

        var added = (await client.CallAsync(
            "media_ingest",
            ("content", "# Herons\n\nA heron waits for its fish."),
            ("tags", new[] { "birds", "birds", " " }),
            ("media_type", "markdown"))).Data();
        var id = added.GetProperty("id").GetString();
        var read = (await client.CallAsync("media_get", ("id", id))).Data();
        var found = (await client.CallAsync("media_search", ("query", "fishing heron"), ("media_type", "text/markdown"))).Data();
        var wrongType = (await client.CallAsync("media_search", ("query", "heron"), ("media_type", "text/plain"))).Data();
        await client.CallAsync("media_delete", ("id", id));
        var gone = await client.CallAsync("media_get", ("id", id));

        Assert.Equal("Herons", added.GetProperty("title").GetString());
        Assert.Equal("text/markdown", added.GetProperty("media_type").GetString());
        Assert.Equal(["birds"], added.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("ann", added.GetProperty("owner_id").GetString());
        Assert.Equal("# Herons\n\nA heron waits for its fish.", read.GetProperty("content").GetString());
        var hit = Assert.Single(found.GetProperty("items").EnumerateArray());
        Assert.Equal(id, hit.GetProperty("id").GetString());
        Assert.Contains("**fish**", hit.GetProperty("highlight").GetString(), StringComparison.Ordinal);
        Assert.InRange(hit.GetProperty("score").GetDouble(), 0.0001, 1);
        Assert.Empty(wrongType.GetProperty("items").EnumerateArray());
        Assert.True(gone.IsError);
        Assert.Contains("media_list", gone.TextOf(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-143")]
    public async Task The_list_is_newest_first_and_pages_neither_skip_nor_repeat()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        for (var i = 0; i < 7; i++)
        {
            await client.CallAsync("media_ingest", ("content", $"text {i}"));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await client.CallAsync("media_list", ("limit", 3), ("cursor", cursor))).Data();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()!));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
            await client.CallAsync("media_ingest", ("content", "came later"));
        }
        while (cursor is not null);

        Assert.Equal(["text 6", "text 5", "text 4", "text 3", "text 2", "text 1", "text 0"], seen);
    }

    [Fact]
    public async Task Search_ranks_and_pages_without_repeating()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "One otter among very many other animals of the river and its banks."), ("title", "weak"));
        await client.CallAsync("media_ingest", ("content", "The otter and its otter friends."), ("title", "Otter"));
        for (var i = 0; i < 4; i++)
        {
            await client.CallAsync("media_ingest", ("content", "An otter swims."), ("title", $"same {i}"));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await client.CallAsync("media_search", ("query", "otters"), ("limit", 2), ("cursor", cursor))).Data();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()!));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["Otter", "same 3", "same 2", "same 1", "same 0", "weak"], seen);
    }

    [Fact]
    public async Task Each_document_is_searched_in_its_own_language()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "Die Häuser am Fluss."), ("language", "de-CH"));
        await client.CallAsync("media_ingest", ("content", "The houses at the river."), ("language", "en"));
        await client.CallAsync("media_ingest", ("content", "tlhIngan Hol"), ("language", "tlh"));

        var german = (await client.CallAsync("media_search", ("query", "Haus"))).Data();
        var english = (await client.CallAsync("media_search", ("query", "house"))).Data();
        var unknown = (await client.CallAsync("media_search", ("query", "hol"))).Data();

        Assert.Equal("de", Assert.Single(german.GetProperty("items").EnumerateArray()).GetProperty("language").GetString());
        Assert.Equal("en", Assert.Single(english.GetProperty("items").EnumerateArray()).GetProperty("language").GetString());
        Assert.Equal("tlh", Assert.Single(unknown.GetProperty("items").EnumerateArray()).GetProperty("language").GetString());
    }

    [Fact]
    public async Task Html_is_kept_as_its_text()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        var added = (await client.CallAsync("media_ingest", ("content", "<!doctype html><html><head><title>x</title></head><body><h1>Reeds</h1><script>otter()</script><p>Tall &amp; green</p>"))).Data();
        var read = (await client.CallAsync("media_get", ("id", added.GetProperty("id").GetString()))).Data();

        Assert.Equal("text/html", added.GetProperty("media_type").GetString());
        Assert.Equal("Reeds", added.GetProperty("title").GetString());
        Assert.Equal("# Reeds\n\nTall & green", read.GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("media_ingest", "content", "  ", "empty")]
    [InlineData("media_ingest", "content", "a\0b", "NUL")]
    [InlineData("media_ingest", "media_type", "application/zip", "convert")]
    [InlineData("media_ingest", "media_type", "application/pdf", "encoding base64")]
    [InlineData("media_ingest", "language", "!!", "ISO 639-1")]
    [InlineData("media_get", "id", "17", "media_list")]
    [InlineData("media_list", "cursor", "xyz", "next_cursor")]
    [InlineData("media_search", "query", " ", "empty")]
    public async Task Bad_input_is_answered_with_the_thing_and_the_cure(string tool, string argument, object value, string cure)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var arguments = tool == "media_ingest" && argument != "content" ? new[] { (argument, value), ("content", "text") } : [(argument, value)];

        var result = await client.CallAsync(tool, arguments!);

        Assert.True(result.IsError);
        Assert.Contains(cure, result.TextOf(), StringComparison.Ordinal);
        Assert.Contains("Request id: ", result.TextOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_at_the_limit_fits_and_one_beyond_is_told_to_split()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var random = new Random(7);
        var words = string.Concat(Enumerable.Range(0, 100_000).Select(_ => random.Next(0x1000, 0xFFFF).ToString("x4", null) + " "));

        var fits = await client.CallAsync("media_ingest", ("content", words));
        var beyond = await client.CallAsync("media_ingest", ("content", new string('x', (512 * 1024) + 1)));

        Assert.True(fits.IsError is not true);
        Assert.True(beyond.IsError);
        Assert.Contains("Split", beyond.TextOf(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-309")]
    [Trait("Requirement", "S-310")]
    public async Task The_schema_has_the_tables_and_indexes_others_rely_on()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await using var indexes = source.CreateCommand(
            "SELECT indexname || ': ' || substring(indexdef from 'ON .*') FROM pg_indexes WHERE indexname IN ('idx_media_created', 'idx_media_type') ORDER BY 1");
        await using var tables = source.CreateCommand(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'worker' AND table_name IN ('media', 'conversations', 'messages') ORDER BY 1");

        Assert.Equal(
            ["idx_media_created: ON worker.media USING btree (created_at DESC)", "idx_media_type: ON worker.media USING btree (media_type)"],
            await ReadAsync(indexes));
        Assert.Equal(["conversations", "media", "messages"], await ReadAsync(tables));
    }

    private static async Task<List<string>> ReadAsync(NpgsqlCommand command)
    {
        var values = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
