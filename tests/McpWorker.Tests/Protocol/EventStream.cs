using System.Text.Json.Nodes;

namespace McpWorker.Tests.Protocol;

/// <summary>Reads an answer of server-sent events message by message.</summary>
internal sealed class EventStream(HttpResponseMessage response) : IAsyncDisposable
{
    private StreamReader? _reader;

    public HttpResponseMessage Response => response;

    public static async Task<EventStream> OpenAsync(HttpClient client, HttpRequestMessage request) =>
        new(await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));

    /// <summary>Null: the stream has ended.</summary>
    public async Task<JsonNode?> NextAsync(CancellationToken cancellationToken)
    {
        _reader ??= new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return JsonNode.Parse(line[5..]);
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
