using System.Security.Claims;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>One client's conversation; it outlives its requests and belongs to whoever opened it.</summary>
internal sealed class HttpSession(string id, StreamableHttpServerTransport transport, McpServer server, ClaimsPrincipal user, TimeProvider clock)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Owner _owner = Owner.Of(user);
    private Task _run = Task.CompletedTask;
    private int _inUse;
    private int _streamTaken;
    private int _disposed;
    private long _idleSince = clock.GetTimestamp();

    public string Id => id;

    public StreamableHttpServerTransport Transport => transport;

    public McpServer Server => server;

    public bool IsIdle => Volatile.Read(ref _inUse) == 0;

    public TimeSpan IdleFor => clock.GetElapsedTime(Volatile.Read(ref _idleSince));

    public void Start() => _run = server.RunAsync(_closed.Token);

    public bool BelongsTo(ClaimsPrincipal caller) => Owner.Of(caller) == _owner;

    /// <summary>The server-to-client stream is one for the session's whole life: nothing could replay what a second one missed.</summary>
    public bool TryTakeStream() => Interlocked.Exchange(ref _streamTaken, 1) == 0;

    public Lease Use()
    {
        Interlocked.Increment(ref _inUse);
        return new Lease(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // The reader ends first, so that a handler still running is then cancelled rather than left waiting for a message.
        await transport.DisposeAsync();
        await _closed.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.DisposeAsync();
        _closed.Dispose();
    }

    /// <summary>Keeps the session from being swept while a request uses it.</summary>
    internal readonly struct Lease(HttpSession session) : IDisposable
    {
        public void Dispose()
        {
            Volatile.Write(ref session._idleSince, session.Clock.GetTimestamp());
            Interlocked.Decrement(ref session._inUse);
        }
    }

    private TimeProvider Clock => clock;

    /// <summary>Who a principal is across requests; all anonymous ones are the same nobody.</summary>
    private sealed record Owner(string Type, string Value, string Issuer)
    {
        private static readonly Owner Nobody = new("", "", "");

        public static Owner Of(ClaimsPrincipal user) =>
            user.Identity?.IsAuthenticated is true
            && (user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.Upn)) is { } claim
                ? new Owner(claim.Type, claim.Value, claim.Issuer) : Nobody;
    }
}
