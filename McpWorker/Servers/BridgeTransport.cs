using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>
/// Stands between the SDK's client and a server, where messages are still as they came. The client does the handshake and
/// the transport's business; what a server asks or tells during a call goes to that call, not to the client, which would
/// answer in its caller's place.
/// </summary>
internal sealed class BridgeTransport : ITransport
{
    private readonly Channel<JsonRpcMessage> _toClient = Channel.CreateUnbounded<JsonRpcMessage>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly ITransport _server;
    private readonly ServerTraffic _traffic;
    private readonly Task _reading;

    public BridgeTransport(ITransport server, ServerTraffic traffic)
    {
        _server = server;
        _traffic = traffic;
        _reading = Task.Run(ReadAsync);
    }

    public string? SessionId => _server.SessionId;

    public ChannelReader<JsonRpcMessage> MessageReader => _toClient.Reader;

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        _traffic.Leaving(message);
        try
        {
            await _server.SendMessageAsync(message, cancellationToken);
        }
        catch (OperationCanceledException) when (message is JsonRpcRequest request && cancellationToken.IsCancellationRequested)
        {
            // Over HTTP the client gives up before it has told the server. To one of the older protocol, whose calls
            // outlive their connection, somebody must.
            _ = _traffic.TellCancelledAsync(_server, request.Id);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        Exception? reason = null;
        try
        {
            await foreach (var message in _server.MessageReader.ReadAllAsync())
            {
                if (_traffic.Arrived(message, _server) is { } forClient)
                {
                    _toClient.Writer.TryWrite(forClient);
                }
            }
        }
        catch (Exception exception)
        {
            // Whoever waits for an answer hears the reason from the channel.
            reason = exception;
        }

        _toClient.Writer.TryComplete(reason);
    }
}

/// <summary>Connects as the link's own transport does, with ours around it.</summary>
internal sealed class BridgeClientTransport(IClientTransport link, ServerTraffic traffic) : IClientTransport
{
    public string Name => link.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new BridgeTransport(await link.ConnectAsync(cancellationToken), traffic);
}
