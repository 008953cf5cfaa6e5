using System.Diagnostics;
using System.Net.Http.Headers;

namespace Bench;

/// <summary>Callers that send one message, by default a call of a cheap tool, one after the other, each on a connection of its own.</summary>
internal sealed class Load : IDisposable
{
    private const int Callers = 16;

    private static readonly byte[] Call =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_list","arguments":{} } }"""u8.ToArray();

    private const double MostFailures = 0.01;

    private readonly HttpClient _client;
    private readonly byte[] _message;
    private int _answered;
    private int _failed;

    public Load(Platform platform)
        : this(platform, Call, ("MCP-Protocol-Version", "2025-06-18"))
    {
    }

    public Load(Platform platform, byte[] message, params (string Name, string Value)[] headers)
    {
        _message = message;
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers, ActivityHeadersPropagator = null }) { BaseAddress = new Uri(platform.Address) };
        _client.DefaultRequestHeaders.Add("X-API-Key", platform.Key);
        _client.DefaultRequestHeaders.Add("Accept", "application/json, text/event-stream");
        foreach (var (name, value) in headers)
        {
            _client.DefaultRequestHeaders.Add(name, value);
        }
    }

    /// <summary>A machine with too much to do lets Redis or the worker miss a time limit now and then.</summary>
    public int Failed => _failed;

    /// <summary>Characters of an answer.</summary>
    public int LastLength { get; private set; }

    /// <returns>Calls answered.</returns>
    /// <exception cref="InvalidOperationException">More than one call of a hundred failed: the cost of failing is another one.</exception>
    public Task<int> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return RunAsync(_ => Stopwatch.GetElapsedTime(started) < time, cancellationToken);
    }

    /// <exception cref="InvalidOperationException">More than one call of a hundred failed.</exception>
    public Task RunAsync(int calls, CancellationToken cancellationToken) => RunAsync(done => done < calls / Callers, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<int> RunAsync(Func<int, bool> goesOn, CancellationToken cancellationToken) =>
        (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(goesOn, cancellationToken)))).Sum();

    private async Task<int> CallAsync(Func<int, bool> goesOn, CancellationToken cancellationToken)
    {
        var calls = 0;
        while (goesOn(calls))
        {
            using var content = new ByteArrayContent(_message);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await _client.PostAsync("/mcp", content, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            LastLength = body.Length;
            if (!answer.IsSuccessStatusCode || body.Contains("\"isError\":true", StringComparison.Ordinal))
            {
                if (Interlocked.Increment(ref _failed) > 50 + (MostFailures * Volatile.Read(ref _answered)))
                {
                    throw new InvalidOperationException($"Too many calls fail, one with {(int)answer.StatusCode}: {body}");
                }
            }

            Interlocked.Increment(ref _answered);

            calls++;
        }

        return calls;
    }
}
