using System.Text;
using System.Text.Json;

namespace AppHost.Tests.Logging;

/// <summary>What an operator finds in the logs of running services, and what nobody must find there.</summary>
public sealed class LoggingTests(LoggedPlatform platform) : IClassFixture<LoggedPlatform>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One test, because everything is looked for after all services have ended.</summary>
    [Fact]
    [Trait("Requirement", "S-214")]
    [Trait("Requirement", "S-206")]
    [Trait("Requirement", "S-209")]
    [Trait("Requirement", "S-210")]
    [Trait("Requirement", "S-212")]
    [Trait("Requirement", "S-216")]
    [Trait("Requirement", "S-217")]
    [Trait("Requirement", "S-218")]
    public async Task A_call_is_found_by_its_request_id_in_every_service_and_no_planted_secret_is_found_anywhere()
    {
        using var client = new HttpClient { BaseAddress = platform.Gateway };
        await CallAsync(client, "req-followed", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_list","arguments":{}}}""");
        var planted = await PlantAsync(client);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["/metrics"] = await platform.MetricsAsync(),
            ["/health"] = await client.GetStringAsync("/health", Token),
            ["/api/v1/mcp/status"] = await client.GetStringAsync("/api/v1/mcp/status", Token),
        };

        await platform.StopAsync();
        seen["audit rows"] = await platform.AuditRowsAsync();
        seen["standard output"] = platform.StandardOutput();
        foreach (var signal in (string[])["logs", "traces", "metrics"])
        {
            seen[$"OTLP {signal}"] = platform.Collector.Received(signal);
        }

        foreach (var file in Directory.EnumerateFiles(platform.LogFolder))
        {
            seen[Path.GetFileName(file)] = await File.ReadAllTextAsync(file, Token);
        }

        AssertNothingLeaked(planted, seen);
        AssertEverythingIsThere(seen);
        AssertFollowed();
    }

    private static void AssertNothingLeaked(Dictionary<string, string> planted, Dictionary<string, string> seen)
    {
        var leaks = from secret in planted
                    from output in seen
                    let at = output.Value.IndexOf(secret.Value, StringComparison.Ordinal)
                    where at >= 0
                    select $"{secret.Key} in {output.Key}: {output.Value[Math.Max(0, at - 200)..Math.Min(output.Value.Length, at + 80)]}";

        Assert.Empty(leaks);
    }

    /// <summary>Sends each secret where a caller can put one, and returns all that must not be seen again.</summary>
    private async Task<Dictionary<string, string>> PlantAsync(HttpClient client)
    {
        var planted = new Dictionary<string, string>(platform.Secrets, StringComparer.Ordinal) { ["admin key"] = platform.Key };
        await CallAsync(client, "req-argument", $$$"""
            {"jsonrpc":"2.0","id":"mcpk_live_{{{New("rpc id")}}}","method":"tools/call","params":{"name":"media_ingest","arguments":{
              "content":"see Bearer {{{New("content")}}}","title":"{\"password\":\"{{{New("JSON in JSON")}}}\"}" } } }
            """);
        await CallAsync(client, "req-refused", $$$"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_ingest","arguments":{
              "content":"x","password":"{{{New("argument")}}}","nested":{"deep":[{"apiKey":"{{{New("nested argument")}}}"}]} } } }
            """);
        await CallAsync(client, "req-tool", $$$"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"mcpk_live_{{{New("tool name")}}}","arguments":{} } }
            """);
        await CallAsync(client, $"mcpk_live_{New("request id")}", """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        await CallAsync(client, "req-headers", """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", path: $"/mcp?api_key={New("query")}&x=password%3D{New("encoded query")}", request =>
        {
            request.Headers.Add("Cookie", $"a={New("cookie")}; b={New("second cookie")}");
            request.Headers.Add("X-Auth-Token", New("header"));
            request.Headers.TryAddWithoutValidation("User-Agent", $"probe/1.0 token={New("user agent")}");
            request.Headers.Add("Proxy-Authorization", $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(New("basic")))}");
        });
        foreach (var (header, value) in new[] { ("X-API-Key", New("wrong key")), ("Authorization", $"Bearer {New("wrong bearer")}") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/mcp/mcpk_live_{New("path")}") { Content = Json("{}") };
            request.Headers.TryAddWithoutValidation(header, value);
            using var refused = await client.SendAsync(request, Token);
        }

        await platform.StartWithWrongPasswordAsync(New("database password"));
        return planted;

        string New(string what) => planted[what + planted.Count] = $"Zq{Guid.NewGuid():N}";
    }

    private void AssertEverythingIsThere(Dictionary<string, string> seen)
    {
        var lines = platform.Events(_ => true);
        Assert.All(lines, line => Assert.All((string[])["timestamp", "level", "logger", "event"], name => Assert.Equal(JsonValueKind.String, line.GetProperty(name).ValueKind)));
        Assert.All((string[])["gateway", "worker", "backup"], service => Assert.Contains(lines, line => Is(line, "service", service) && Is(line, "level", "Debug")));
        Assert.Contains(lines, line => Is(line, "event", "sql") && line.GetProperty("command_text").GetString()!.Contains("SELECT", StringComparison.Ordinal));
        Assert.Contains(lines, line => Is(line, "event", "request_trace"));
        var argument = Assert.Single(lines, line => Is(line, "event", "tool_execution_started") && Is(line, "request_id", "req-argument"));
        Assert.Contains("see Bearer ***", argument.GetProperty("params").GetString(), StringComparison.Ordinal);
        Assert.Single(lines, line => Is(line, "event", "tool_arguments_refused") && Is(line, "request_id", "req-refused"));

        // All services wrote to one file: nothing torn, nothing lost.
        Assert.Equal(
            seen["standard output"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(line => line.TrimEnd('\r')).Order(StringComparer.Ordinal),
            platform.Lines("mcp.log").Order(StringComparer.Ordinal));
        Assert.Contains("tool_execution_started", seen["OTLP logs"], StringComparison.Ordinal);
        Assert.NotEmpty(platform.Lines("audit.log"));
        Assert.Contains(platform.Lines("access.log"), line => line.Contains("req-followed", StringComparison.Ordinal));
    }

    private void AssertFollowed()
    {
        var lines = platform.Events(line => Is(line, "request_id", "req-followed"));
        Assert.Equal(["gateway", "worker"], lines.Select(line => line.GetProperty("service").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Single(lines.Select(line => line.GetProperty("trace_id").GetString()).Distinct(StringComparer.Ordinal));
        string[] events = ["request_completed", "request_started", "tool_execution_completed", "tool_execution_started"];
        Assert.Equal(events, lines.Select(line => line.GetProperty("event").GetString()!).Intersect(events, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static bool Is(JsonElement line, string name, string value) => line.TryGetProperty(name, out var field) && field.GetString() == value;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

    private async Task CallAsync(HttpClient client, string requestId, string body, string path = "/mcp", Action<HttpRequestMessage>? alter = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        request.Headers.Add("Authorization", $"Bearer {platform.Key}");
        request.Headers.Add("X-Request-ID", requestId);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        alter?.Invoke(request);
        using var answer = await client.SendAsync(request, Token);
        await answer.Content.ReadAsStringAsync(Token);
    }
}
