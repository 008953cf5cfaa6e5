using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using ModelContextProtocol.Protocol;
using Npgsql;

namespace AppHost.Tests.EndToEnd;

[Collection(RunningPlatform.Name)]
public sealed class EndToEndTests(PlatformFixture platform)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/mcp")]
    [InlineData("/api/v1/mcp")]
    [Trait("Requirement", "S-003")]
    [Trait("Requirement", "S-143")]
    [Trait("Requirement", "S-144")]
    [Trait("Requirement", "S-374")]
    [Trait("Requirement", "S-375")]
    public async Task A_text_that_was_ingested_is_found_by_a_question(string path)
    {
        await using var client = await platform.ConnectAsync(path, platform.AdminKey, Token);
        var marker = $"quokka{Guid.NewGuid():N}";
        var ingested = await client.CallToolAsync(
            "media_ingest",
            new Dictionary<string, object?> { ["content"] = $"# Limits\n\nThe {marker} eats leaves at night.", ["title"] = "Animals" },
            cancellationToken: Token);
        var id = ingested.StructuredContent!.Value.GetProperty("id").GetString();

        var answer = await client.CallToolAsync(
            "rag_query", new Dictionary<string, object?> { ["query"] = $"what does the {marker} eat" }, cancellationToken: Token);

        var first = answer.StructuredContent!.Value.GetProperty("passages")[0];
        Assert.Equal(id, first.GetProperty("source_id").GetString());
        Assert.True(first.GetProperty("score").GetDouble() > 0);
    }

    [Fact]
    [Trait("Requirement", "S-374")]
    public async Task One_call_is_one_trace_and_one_audited_outcome()
    {
        using var caller = platform.Gateway(platform.AdminKey);
        using var request = ToolCall("media_list", new { });
        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        request.Headers.Add("traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        request.Headers.Add("X-Request-ID", $"trace-{traceId}");

        using var response = await caller.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        foreach (var service in (string[])["gateway", "worker"])
        {
            await platform.Collector.WaitForAsync(span => span.TraceId == traceId && span.Service == service, Token);
        }
        var (count, traced) = await AuditedAsync($"trace-{traceId}");
        Assert.Equal(1, count);
        Assert.Equal(traceId, traced);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mcpk_live_abcdefgh0123456789abcdefghijklmnopqrstuv_000000")]
    [InlineData("not a key")]
    [Trait("Requirement", "S-374")]
    public async Task A_caller_without_a_valid_key_is_turned_away(string? key)
    {
        using var caller = platform.Gateway(key);
        using var request = ToolCall("media_list", new { });

        using var response = await caller.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.NotEmpty(response.Headers.WwwAuthenticate);
    }

    [Fact]
    [Trait("Requirement", "S-006")]
    public async Task A_worker_refuses_a_call_that_did_not_come_through_the_gateway()
    {
        using var worker = platform.Application.CreateHttpClient("worker", "http");
        using var request = ToolCall("media_list", new { });
        request.Headers.Authorization = new("Bearer", platform.AdminKey);

        using var response = await worker.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    [Trait("Requirement", "S-374")]
    [Trait("Requirement", "S-119")]
    public async Task A_caller_past_its_burst_is_told_when_to_come_back()
    {
        using var caller = platform.Gateway(TestJwt.Sign(platform.JwtSecret, $"eager-{Guid.NewGuid():N}", "*"));
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage refused;
        do
        {
            using var request = ToolCall("media_list", new { });
            refused = await caller.SendAsync(request, Token);
            statuses.Add(refused.StatusCode);
        }
        while (refused.StatusCode == HttpStatusCode.OK && statuses.Count < 200);

        // The bucket refills by one a second while the calls run, so a few more than the burst of 100 may pass; and a few less, when
        // Redis answered later than a call waits for it: such a call is counted there and here.
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(statuses.Count, 96, 160);
        Assert.NotNull(refused.Headers.RetryAfter);
        refused.Dispose();
    }

    [Fact]
    [Trait("Requirement", "S-021")]
    [Trait("Requirement", "S-057")]
    public async Task The_status_lists_every_worker_replica_with_its_version()
    {
        using var caller = platform.Gateway(platform.AdminKey);

        var status = await caller.GetFromJsonAsync<JsonElement>("/api/v1/mcp/status", Token);

        var workers = status.GetProperty("workers").EnumerateArray().ToList();
        Assert.Equal(2, workers.Count);
        Assert.All(workers, worker => Assert.Equal(ServiceDefaults.ProductVersion.Current, worker.GetProperty("version").GetString()));
    }

    [Fact]
    [Trait("Requirement", "S-374")]
    public async Task Metrics_are_served_on_their_own_port_and_nowhere_else()
    {
        using var metrics = platform.Application.CreateHttpClient("gateway", "metrics");
        using var gateway = platform.Gateway(platform.AdminKey);

        var text = await metrics.GetStringAsync("/metrics", Token);
        using var refused = await gateway.GetAsync("/metrics", Token);

        Assert.Contains("mcp_active_connections", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("worker")]
    [InlineData("backup")]
    [Trait("Requirement", "S-009")]
    public async Task Every_service_answers_the_three_health_questions(string service)
    {
        using var client = platform.Application.CreateHttpClient(service, "http");

        Assert.Equal("alive", await StatusOfAsync(client, "/health/live"));
        Assert.Equal("ready", await StatusOfAsync(client, "/health/ready"));
        Assert.Equal("healthy", await StatusOfAsync(client, "/health"));
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("worker")]
    [InlineData("backup")]
    [Trait("Requirement", "S-009")]
    public async Task Every_service_has_metrics_under_its_name(string service)
    {
        using var metrics = platform.Application.CreateHttpClient(service, "metrics");

        Assert.Contains($"service_name=\"{service}\"", await metrics.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-143")]
    public async Task A_document_is_a_row_until_it_is_deleted()
    {
        await using var client = await platform.ConnectAsync("/mcp", platform.AdminKey, Token);
        var word = $"heron{Guid.NewGuid():N}";
        var id = await CallAsync("media_ingest", "id", ("content", $"The {word} waits."), ("media_type", "text/plain"));
        var read = await CallAsync("media_get", "content", ("id", id.GetString()));
        var found = await CallAsync("media_search", "items", ("query", word), ("media_type", "text/plain"));
        var foundAsMarkdown = await CallAsync("media_search", "items", ("query", word), ("media_type", "text/markdown"));
        var rowsBefore = await RowsAsync();
        await CallAsync("media_delete", "id", ("id", id.GetString()));

        Assert.Equal($"The {word} waits.", read.GetString());
        Assert.Equal(id.GetString(), Assert.Single(found.EnumerateArray()).GetProperty("id").GetString());
        Assert.Empty(foundAsMarkdown.EnumerateArray());
        Assert.Equal("text/plain", rowsBefore);
        Assert.Null(await RowsAsync());

        async Task<JsonElement> CallAsync(string tool, string property, params (string Name, object? Value)[] arguments)
        {
            var result = await client.CallToolAsync(tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value), cancellationToken: Token);
            Assert.NotEqual(true, result.IsError);
            return result.StructuredContent!.Value.GetProperty(property);
        }

        async Task<object?> RowsAsync()
        {
            await using var source = NpgsqlDataSource.Create((await platform.Application.GetConnectionStringAsync("mcpdb", Token))!);
            await using var command = source.CreateCommand("SELECT media_type FROM worker.media WHERE id = $1::uuid");
            command.Parameters.Add(new NpgsqlParameter { Value = id.GetString() });
            return await command.ExecuteScalarAsync(Token);
        }
    }

    [Fact]
    [Trait("Requirement", "S-113")]
    [Trait("Requirement", "S-313")]
    public async Task The_services_role_cannot_change_the_schema()
    {
        await using var source = NpgsqlDataSource.Create((await platform.Application.GetConnectionStringAsync("mcpdb-app", Token))!);
        await using var drop = source.CreateCommand("DROP TABLE worker.media");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => drop.ExecuteNonQueryAsync(Token));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("shared_buffers", "256MB")]
    [InlineData("effective_cache_size", "1GB")]
    [InlineData("maintenance_work_mem", "64MB")]
    [InlineData("checkpoint_completion_target", "0.9")]
    [InlineData("wal_buffers", "16MB")]
    [InlineData("default_statistics_target", "100")]
    [InlineData("random_page_cost", "1.1")]
    [Trait("Requirement", "S-331")]
    public async Task PostgreSQL_runs_with_the_settings_of_the_sources(string setting, string expected)
    {
        await using var source = NpgsqlDataSource.Create((await platform.Application.GetConnectionStringAsync("mcpdb", Token))!);
        await using var show = source.CreateCommand($"SHOW {setting}");

        Assert.Equal(expected, await show.ExecuteScalarAsync(Token));
    }

    [Fact]
    [Trait("Requirement", "S-310")]
    public async Task The_schema_has_every_table_the_sources_name()
    {
        await using var source = NpgsqlDataSource.Create((await platform.Application.GetConnectionStringAsync("mcpdb", Token))!);
        await using var command = source.CreateCommand(
            "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('gateway', 'worker', 'backup')");
        var tables = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            tables.Add(reader.GetString(0));
        }

        Assert.Superset(
            new HashSet<string>
            {
                "users", "roles", "role_permissions", "user_roles", "api_keys", "sessions", "refresh_tokens", "audit_log",
                "schema_migrations", "media", "conversations", "messages", "sets",
            },
            tables.ToHashSet());
    }

    private static HttpRequestMessage ToolCall(string tool, object arguments)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = JsonContent.Create(new
            {
                jsonrpc = "2.0",
                id = 1,
                method = RequestMethods.ToolsCall,
                @params = new { name = tool, arguments },
            }),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2025-06-18");
        return request;
    }

    private async Task<(long Count, string? TraceId)> AuditedAsync(string requestId)
    {
        await using var source = NpgsqlDataSource.Create((await platform.Application.GetConnectionStringAsync("mcpdb", Token))!);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            await using var command = source.CreateCommand(
                "SELECT count(*), min(trace_id) FROM gateway.audit_log WHERE request_id = $1 AND result = 'success'");
            command.Parameters.Add(new NpgsqlParameter { Value = requestId });
            await using var reader = await command.ExecuteReaderAsync(Token);
            await reader.ReadAsync(Token);
            if (reader.GetInt64(0) > 0)
            {
                return (reader.GetInt64(0), reader.GetString(1));
            }

            await pause.WaitForNextTickAsync(Token);
        }
    }

    private static async Task<string?> StatusOfAsync(HttpClient client, string path)
    {
        var document = await client.GetFromJsonAsync<JsonElement>(path, Token);
        return document.GetProperty("status").GetString();
    }
}
