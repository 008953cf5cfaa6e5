using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Lists;

/// <summary>
/// Lists as they were written before. Clients ask for the same lists again and again; writing 500 tools takes longer than
/// everything else about the request.
/// </summary>
internal sealed class RememberedLists
{
    /// <summary>Above this everything is forgotten: what is still in use comes back at its next request.</summary>
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<ListKey, Remembered> _lists = new();
    private long _bytes;

    /// <summary>Bytes held now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Answers a list request from memory, or lets it pass.</summary>
    public async Task AnswerAsync(MessageContext context, McpMessageHandler next, CancellationToken cancellationToken)
    {
        if (ListKey.Of(context) is { } key && _lists.TryGetValue(key, out var list))
        {
            var response = new JsonRpcResponse { Id = ((JsonRpcRequest)context.JsonRpcMessage).Id, Result = list.ToResult() };
            await context.Server.SendMessageAsync(response, cancellationToken);
            return;
        }

        await next(context, cancellationToken);
    }

    /// <summary>Keeps a list for whoever asks the same again, until the page changes.</summary>
    /// <param name="member">What the list is called in the result.</param>
    public void Remember<T>(ListKey? key, string member, IList<T> items, string? nextCursor)
    {
        if (key is null)
        {
            return;
        }

        var typeInfo = McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IList<T>));
        var json = JsonSerializer.SerializeToUtf8Bytes(items, typeInfo);
        var list = new Remembered(member, JsonSerializer.Deserialize<JsonElement>(json), json.Length, nextCursor, CacheHints.Apply(key.Protocol));
        if (Bytes + list.Size > MaxBytes)
        {
            Forget();
        }

        if (_lists.TryAdd(key, list))
        {
            Interlocked.Add(ref _bytes, list.Size);
        }
    }

    /// <summary>The catalogue has changed; the keys of what was remembered will not be asked for again.</summary>
    public void Forget()
    {
        foreach (var key in _lists.Keys)
        {
            if (_lists.TryRemove(key, out var removed))
            {
                Interlocked.Add(ref _bytes, -removed.Size);
            }
        }
    }

    /// <param name="Items">Text and an index of it, which takes about as much again.</param>
    private sealed record Remembered(string Member, JsonElement Items, int Length, string? NextCursor, bool HasHints)
    {
        public int Size => (2 * Length) + 512;

        public JsonObject ToResult()
        {
            var result = new JsonObject { [Member] = JsonArray.Create(Items) };
            if (NextCursor is not null)
            {
                result["nextCursor"] = NextCursor;
            }

            if (HasHints)
            {
                result["resultType"] = "complete";
                CacheHints.Write(result);
            }

            return result;
        }
    }
}
