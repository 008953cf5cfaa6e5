namespace McpWorker.Servers;

/// <summary>
/// One instance of a server: connects, follows its lists, starts over when the connection breaks, stops when nobody has
/// called for long and starts again with the next call.
/// </summary>
internal sealed partial class ServerInstance(BridgedServer server, int number, IServerLink link, TimeProvider clock, ILoggerFactory loggers) : IDisposable
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ILogger<ServerInstance> _logger = loggers.CreateLogger<ServerInstance>();
    private readonly RestartDelay _delay = new();
    private readonly Lock _moving = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerConnection? _connection;
    private InstancePhase _phase = InstancePhase.Connecting;
    private long _lastCall;
    private int _busy;

    public InstancePhase Phase => _phase;

    /// <summary>Calls that run or wait for their turn.</summary>
    public int Busy => _busy;

    /// <summary>One call at a time, where the operator says so.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var connected = 0L;
            try
            {
                Move(InstancePhase.Connecting, connection: null);
                var news = new ServerNews(server.Name, clock, _logger) { ResourceUpdated = server.ResourceUpdated };
                await using var connection = await ServerConnection.OpenAsync(server.Name, link, server.StartWithin, news, clock, loggers, stopping);
                connected = clock.GetTimestamp();
                await server.RefreshAsync(connection, stopping);
                Touch();
                Move(InstancePhase.Ready, connection);
                try
                {
                    await FollowAsync(connection, news, stopping);
                }
                catch (Exception) when (!stopping.IsCancellationRequested)
                {
                    // Its end may take a while; no call should get it meanwhile.
                    Move(InstancePhase.Connecting, connection: null);
                    throw;
                }
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // Whatever it was, the next attempt is the cure.
                await WaitAsync(exception, connected == 0 ? TimeSpan.Zero : clock.GetElapsedTime(connected), stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                // However it ends now, it was meant to.
                break;
            }

            await StayIdleAsync(stopping);
        }

        Move(InstancePhase.Away, connection: null);
    }

    /// <summary>The connection, waking the instance if it sleeps and waiting out a restart.</summary>
    /// <exception cref="ServerLostException">It is away.</exception>
    public async Task<ServerConnection> ReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(server.StartWithin, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        while (true)
        {
            Task moved;
            lock (_moving)
            {
                if (_connection is { IsAlive: true } ready)
                {
                    return ready;
                }

                if (_phase == InstancePhase.Away)
                {
                    throw new ServerLostException(server.Name, wasReached: false);
                }

                if (_phase == InstancePhase.Idle)
                {
                    Move(InstancePhase.Connecting, connection: null);
                }

                moved = _moved.Task;
            }

            try
            {
                await moved.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ServerLostException(server.Name, wasReached: false);
            }
        }
    }

    public void Enter() => Interlocked.Increment(ref _busy);

    public void Leave()
    {
        Touch();
        Interlocked.Decrement(ref _busy);
    }

    public void Dispose() => Turn.Dispose();

    /// <summary>Follows the server until it ends, nobody needs it, or it must be renewed.</summary>
    private async Task FollowAsync(ServerConnection connection, ServerNews news, CancellationToken stopping)
    {
        var refreshed = clock.GetTimestamp();
        using var subscriptions = new ServerSubscriptions(connection);
        var known = server.Watched();
        await subscriptions.FollowAsync(known, stopping);
        while (true)
        {
            using var look = new CancellationTokenSource(LookEvery, clock);
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(stopping, look.Token);
            var changed = news.ChangedAsync(wake.Token);
            await Task.WhenAny(changed, connection.Ended, connection.Retired);
            stopping.ThrowIfCancellationRequested();
            if (connection.Ended.IsCompleted)
            {
                throw new ServerUnavailableException(await connection.Ended);
            }

            if (TryLeave(connection))
            {
                return;
            }

            if (changed.IsCompletedSuccessfully || clock.GetElapsedTime(refreshed) >= RefreshEvery)
            {
                refreshed = clock.GetTimestamp();
                await server.RefreshAsync(connection, stopping);
                await subscriptions.FollowAsync(server.Watched(), stopping);
            }
            else if (server.Watched() is var watched && !watched.SetEquals(known))
            {
                known = watched;
                await subscriptions.FollowAsync(watched, stopping);
            }
        }
    }

    /// <summary>Leaves a connection that nobody uses, if it is to be renewed or was idle for long. No call can take it meanwhile.</summary>
    private bool TryLeave(ServerConnection connection)
    {
        lock (_moving)
        {
            if (connection.Retired.IsCompleted || (_busy == 0 && connection is { Running: 0, IsUnsure: true }))
            {
                LogRenewed(server.Name, number);
                Move(InstancePhase.Connecting, connection: null);
                return true;
            }

            if (server.IdleAfter > TimeSpan.Zero && _busy == 0 && connection.Running == 0
                && clock.GetElapsedTime(Interlocked.Read(ref _lastCall)) >= server.IdleAfter)
            {
                LogIdle(server.Name, number, server.IdleAfter.TotalSeconds);
                Move(InstancePhase.Idle, connection: null);
                return true;
            }
        }

        return false;
    }

    private async Task WaitAsync(Exception exception, TimeSpan lived, CancellationToken stopping)
    {
        _delay.LivedFor(lived);
        var delay = _delay.Next();

        // One that worked a moment ago is probably back in a moment: calls wait for the first attempt.
        Move(lived > TimeSpan.Zero && _delay.IsFirst ? InstancePhase.Connecting : InstancePhase.Away, connection: null);
        LogAway(exception, server.Name, number, delay);
        if (_delay.HasJustBecomeLong)
        {
            LogTooOften(server.Name, number);
        }

        await Task.Delay(delay * (0.5 + (Random.Shared.NextDouble() / 2)), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task StayIdleAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Task moved;
            lock (_moving)
            {
                if (_phase != InstancePhase.Idle)
                {
                    return;
                }

                moved = _moved.Task;
            }

            await moved.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Touch() => Interlocked.Exchange(ref _lastCall, clock.GetTimestamp());

    private void Move(InstancePhase phase, ServerConnection? connection)
    {
        lock (_moving)
        {
            _phase = phase;
            _connection = connection;
            _moved.TrySetResult();
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Server {Server} (instance {Instance}) is away; next attempt within {Delay}", EventName = "server_away")]
    private partial void LogAway(Exception exception, string server, int instance, TimeSpan delay);

    [LoggerMessage(LogLevel.Error, "Server {Server} (instance {Instance}) failed again and again; it is tried every 30 seconds now. Its own messages, and the reasons above, tell why", EventName = "server_fails_too_often")]
    private partial void LogTooOften(string server, int instance);

    [LoggerMessage(LogLevel.Information, "Server {Server} (instance {Instance}) was not called for {Seconds} s and is stopped until the next call", EventName = "server_idle")]
    private partial void LogIdle(string server, int instance, double seconds);

    [LoggerMessage(LogLevel.Information, "Server {Server} (instance {Instance}) is renewed: a call was given up there, and what it asks next could be for that one", EventName = "server_renewed")]
    private partial void LogRenewed(string server, int instance);
}
