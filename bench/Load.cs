using System.Diagnostics;
using System.Net.Http.Headers;

namespace Bench;

/// <summary>Callers that call one cheap tool, one call after the other, each on a connection of its own.</summary>
internal sealed class Load : IDisposable
{
    private const int Callers = 16;

    private static readonly byte[] Call =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_list","arguments":{} } }"""u8.ToArray();

    private readonly HttpClient _client;

    public Load(Platform platform)
    {
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers, ActivityHeadersPropagator = null }) { BaseAddress = new Uri(platform.Address) };
        _client.DefaultRequestHeaders.Add("X-API-Key", platform.Key);
        _client.DefaultRequestHeaders.Add("MCP-Protocol-Version", "2025-06-18");
        _client.DefaultRequestHeaders.Add("Accept", "application/json, text/event-stream");
    }

    /// <returns>Calls answered.</returns>
    /// <exception cref="InvalidOperationException">A call failed: its cost would be another one's.</exception>
    public Task<int> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return RunAsync(_ => Stopwatch.GetElapsedTime(started) < time, cancellationToken);
    }

    /// <exception cref="InvalidOperationException">A call failed.</exception>
    public Task RunAsync(int calls, CancellationToken cancellationToken) => RunAsync(done => done < calls / Callers, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<int> RunAsync(Func<int, bool> goesOn, CancellationToken cancellationToken) =>
        (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(goesOn, cancellationToken)))).Sum();

    private async Task<int> CallAsync(Func<int, bool> goesOn, CancellationToken cancellationToken)
    {
        var calls = 0;
        while (goesOn(calls))
        {
            using var content = new ByteArrayContent(Call);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await _client.PostAsync("/mcp", content, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode || body.Contains("\"isError\":true", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"A call failed with {(int)answer.StatusCode}: {body}");
            }

            calls++;
        }

        return calls;
    }
}
