using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>Our calls on one connection, by the ids and tokens its server knows them by.</summary>
internal sealed class CallsUnderWay
{
    /// <summary>Ids of calls start far above those the SDK's client counts for itself.</summary>
    private const long FirstId = 1_000_000_000;
    private const string TokenPrefix = "call-";

    private readonly ConcurrentDictionary<RequestId, BridgedCall> _calls = new();
    private readonly ConcurrentDictionary<RequestId, RequestId> _further = new();
    private readonly ConcurrentDictionary<RequestId, byte> _givenUp = new();
    private long _lastId = FirstId;

    /// <summary>Calls that run, those too whose caller is being asked something.</summary>
    public int Running => _calls.Count;

    /// <summary>Calls that nobody waits for any more and that the server may still be at.</summary>
    public int GivenUp => _givenUp.Count;

    public bool SomeGivenUp => !_givenUp.IsEmpty;

    public RequestId NextId() => new(Interlocked.Increment(ref _lastId));

    public static JsonNode TokenOf(RequestId id) => TokenPrefix + id;

    public void Begin(BridgedCall call) => _calls[call.Id] = call;

    /// <summary>A further request of a call, whose answer counts as the call's own.</summary>
    public RequestId Continue(BridgedCall call)
    {
        var id = NextId();
        _further[id] = call.Id;
        return id;
    }

    /// <param name="isGivenUp">The server may still be at it.</param>
    public void End(BridgedCall call, bool isGivenUp)
    {
        if (isGivenUp)
        {
            _givenUp[call.Id] = 0;
        }

        _calls.TryRemove(call.Id, out _);
        foreach (var (further, _) in _further.Where(request => request.Value == call.Id))
        {
            _further.TryRemove(further, out _);
        }
    }

    public BridgedCall? Find(RequestId id) => _calls.GetValueOrDefault(id);

    public bool Has(RequestId id) => _calls.ContainsKey(id) || _further.ContainsKey(id);

    /// <summary>True once for a call that was given up, when its answer comes after all.</summary>
    public bool WasGivenUp(RequestId id) => _givenUp.TryRemove(id, out _);

    /// <summary>The only call there is; null when there are several, or might be.</summary>
    public BridgedCall? Sole()
    {
        if (!_givenUp.IsEmpty)
        {
            return null;
        }

        BridgedCall? sole = null;
        foreach (var (_, call) in _calls)
        {
            if (sole is not null)
            {
                return null;
            }

            sole = call;
        }

        return sole;
    }

    public BridgedCall? OfToken(JsonNode? token) =>
        token is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith(TokenPrefix, StringComparison.Ordinal)
        && long.TryParse(text.AsSpan(TokenPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? _calls.GetValueOrDefault(new RequestId(id)) : null;
}
