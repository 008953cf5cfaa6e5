using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using McpWorker.InternalAccess;
using ModelContextProtocol;
using ServiceDefaults.Instances;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Servers;

/// <summary>
/// Calls whose caller is being asked something. A caller comes back with the state it was given, which names this worker and
/// an unguessable handle; it must be the same caller with the same call. Each state is good once.
/// </summary>
internal sealed partial class SuspendedCalls(InstanceIdentity instance, TimeProvider clock, ILogger<SuspendedCalls> logger) : IDisposable
{
    private const int MaxPerCaller = 16;
    private const int MaxInAll = 512;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Entry> _calls = new(StringComparer.Ordinal);

    /// <summary>Keeps the call until its caller is back, and gives the state to come back with.</summary>
    /// <exception cref="McpException">Too many wait already; the call was ended.</exception>
    public string Keep(BridgedCall call, CallerSide caller)
    {
        if (_calls.Count >= MaxInAll || _calls.Count(entry => entry.Value.Subject == caller.Subject) >= MaxPerCaller)
        {
            call.GiveUp();
            throw new McpException(
                $"'{call.Server}' asks for input, but too many calls wait for input already (at most {MaxPerCaller} a caller, {MaxInAll} in all). Answer those first, or wait {AnswerWithin.TotalMinutes:0} minutes.");
        }

        var handle = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var entry = new Entry(call, caller.Subject, caller.Method, ParametersDigest.Of(caller.Parameters));
        _calls[handle] = entry;
        entry.Expiry = clock.CreateTimer(_ => Expire(handle), null, AnswerWithin, Timeout.InfiniteTimeSpan);
        return WaitingCallState.Of(instance.Id, handle);
    }

    /// <param name="home">The worker that the state names.</param>
    /// <param name="server">The server that the caller calls now: two may have tools of the same name.</param>
    /// <exception cref="McpProtocolException">The state is not one that this worker gave to this caller for this call, or it was used, or is too old.</exception>
    public BridgedCall Take(string home, string handle, string server, CallerSide caller)
    {
        if (home == instance.Id
            && _calls.TryGetValue(handle, out var entry)
            && entry.Call.Server == server
            && entry.Subject == caller.Subject
            && entry.Method == caller.Method
            && CryptographicOperations.FixedTimeEquals(entry.Digest, ParametersDigest.Of(caller.Parameters))
            && _calls.TryRemove(handle, out _))
        {
            entry.Expiry?.Dispose();
            return entry.Call;
        }

        throw new McpProtocolException(
            "requestState is not one that is waited for: it belongs to another call or caller, was used, or is older than 5 minutes. Start the call over.", McpErrorCode.InvalidParams);
    }

    public void Dispose()
    {
        foreach (var (handle, _) in _calls)
        {
            Expire(handle);
        }
    }

    private void Expire(string handle)
    {
        if (_calls.TryRemove(handle, out var entry))
        {
            entry.Expiry?.Dispose();
            LogExpired(entry.Call.Server);
            entry.Call.GiveUp();
        }
    }

    [LoggerMessage(LogLevel.Information, "A call at {Server} was ended: its caller did not answer within 5 minutes what the server asked", EventName = "server_question_unanswered")]
    private partial void LogExpired(string server);

    private sealed record Entry(BridgedCall Call, string Subject, string Method, byte[] Digest)
    {
        public ITimer? Expiry { get; set; }
    }
}
