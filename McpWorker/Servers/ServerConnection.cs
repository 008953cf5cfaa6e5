using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults;

namespace McpWorker.Servers;

/// <summary>A live connection to one instance of a server, from its handshake to its end.</summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private readonly ServerChannel _channel;
    private readonly ServerTraffic _traffic;
    private readonly CancellationTokenSource _lost = new();
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerConnection(string server, ServerChannel channel, ServerTraffic traffic, McpClient client)
    {
        Server = server;
        _channel = channel;
        _traffic = traffic;
        Client = client;
        Ended = WatchAsync();
    }

    public string Server { get; }

    public McpClient Client { get; }

    public bool IsModern => _traffic.IsModern;

    public int Running => _traffic.Calls.Running;

    public bool IsUnsure => _traffic.IsUnsure;

    public bool HasGivenUpCalls => _traffic.Calls.SomeGivenUp;

    /// <summary>Completes when the connection shall be replaced before its next call.</summary>
    public Task Retired => _retired.Task;

    /// <summary>Completes with the reason when the server is gone.</summary>
    public Task<string> Ended { get; }

    public static async Task<ServerConnection> OpenAsync(
        string server, IServerLink link, TimeSpan within, ServerNews news, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(within, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var channel = await link.OpenAsync(patience.Token);
        try
        {
            var traffic = new ServerTraffic(server, news);
            var options = new McpClientOptions
            {
                ClientInfo = new Implementation { Name = "mcp-platform", Version = ProductVersion.Current },
                InitializationTimeout = within,
                DiscoverProbeTimeout = within / 3,
            };

            // A server that dies during the handshake is not waited for.
            var connecting = McpClient.CreateAsync(new BridgeClientTransport(channel.Transport, traffic), options, loggers, patience.Token);
            if (await Task.WhenAny(connecting, channel.Ended) == channel.Ended && !connecting.IsCompleted)
            {
                await deadline.CancelAsync();
                await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new ServerUnavailableException($"It ended before it had answered the handshake: {await channel.Ended}");
            }

            var client = await connecting;
            traffic.IsModern = McpVersions.IsModern(client.NegotiatedProtocolVersion);
            return new ServerConnection(server, channel, traffic, client);
        }
        catch (Exception exception)
        {
            await channel.DisposeAsync();
            throw exception is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested
                ? new ServerUnavailableException($"It did not answer the handshake within {within.TotalSeconds:0} s.", exception) : exception;
        }
    }

    /// <summary>Sends a call; <paramref name="ended"/> is run when the server has answered it, or never will.</summary>
    public BridgedCall Start(string method, JsonObject parameters, CallerSide caller, Action ended)
    {
        var call = new BridgedCall(_traffic.Calls.NextId(), Server, caller);
        parameters["_meta"] = CallMeta.Of(parameters["_meta"] as JsonObject, caller.WantsProgress ? CallsUnderWay.TokenOf(call.Id) : null);
        if (!IsModern)
        {
            // Between the caller and us; a server of the older protocol knows neither.
            parameters.Remove("inputResponses");
            parameters.Remove("requestState");
        }

        _traffic.Calls.Begin(call);
        call.Start(stop => SendAsync(call, method, parameters, ended, stop));
        return call;
    }

    /// <summary>A request of the worker itself.</summary>
    public async Task<JsonObject> RequestAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var response = await Client.SendRequestAsync(new JsonRpcRequest { Method = method, Params = parameters }, cancellationToken);
        return response.Result as JsonObject ?? throw new McpException($"The answer to {method} is not an object.");
    }

    /// <inheritdoc cref="ServerChannel.Offers"/>
    public void Offers(IEnumerable<Tool> tools) => _channel.Offers(tools);

    /// <summary>Calls may begin here.</summary>
    public bool IsAlive => !Retired.IsCompleted && !_channel.Ended.IsCompleted && !Client.Completion.IsCompleted;

    public void Retire() => _retired.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _lost.CancelAsync();
        await Client.DisposeAsync();
        await _channel.DisposeAsync();
    }

    private async Task<JsonObject> SendAsync(BridgedCall call, string method, JsonObject parameters, Action ended, CancellationToken stop)
    {
        var isAnswered = false;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _lost.Token);
            var answer = await SendAsync(call.Id, method, parameters, either.Token);
            if (parameters.ContainsKey(ServerTask.Member) && ServerTask.IdOf(answer) is { } task)
            {
                answer = await FollowAsync(call, task, either.Token, stop);
            }

            isAnswered = true;
            return answer;
        }
        catch (McpProtocolException exception)
        {
            isAnswered = true;
            throw ServerFailure.Plain(exception);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // Only the server's end is left: it refused the connection, closed it, or died.
            isAnswered = true;
            throw new ServerLostException(Server, ServerLostException.WasReached(exception), exception);
        }
        finally
        {
            _traffic.Calls.End(call, isGivenUp: !isAnswered && !IsModern);
            ended();
        }
    }

    /// <summary>The result of a task, which the server asks its questions beside. A caller that leaves ends the task too.</summary>
    private async Task<JsonObject> FollowAsync(BridgedCall call, string task, CancellationToken either, CancellationToken stop)
    {
        try
        {
            return await SendAsync(_traffic.Calls.Continue(call), ServerTask.ResultMethod, ServerTask.Named(task), either);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _ = RequestAsync(ServerTask.CancelMethod, ServerTask.Named(task), _lost.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<JsonObject> SendAsync(RequestId id, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var response = await Client.SendRequestAsync(new JsonRpcRequest { Id = id, Method = method, Params = parameters }, cancellationToken);
        return (JsonObject)response.Result!;
    }

    private async Task<string> WatchAsync()
    {
        var first = await Task.WhenAny(_channel.Ended, Client.Completion);
        await _lost.CancelAsync();
        return first == _channel.Ended ? await _channel.Ended : (await Client.Completion).Exception?.Message ?? "it closed the connection";
    }
}
