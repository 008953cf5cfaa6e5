using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>The way to one instance of a server. Who holds a channel speaks MCP over it, whatever it is made of.</summary>
internal interface IServerLink
{
    /// <summary>Opens a new channel: for a hosted server this starts a process, for an upstream one nothing happens yet.</summary>
    /// <exception cref="ServerUnavailableException">It cannot be opened; the message names the reason and the cure for an operator.</exception>
    ValueTask<ServerChannel> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>One connection to a server; disposing of it ends the process behind it, if there is one.</summary>
/// <param name="transport">What an <see cref="McpClient"/> is made on.</param>
internal abstract class ServerChannel(IClientTransport transport) : IAsyncDisposable
{
    public IClientTransport Transport => transport;

    /// <summary>Completes when the other side is gone for good, with the reason; never faults.</summary>
    public abstract Task<string> Ended { get; }

    /// <summary>The tools the server offers now, under its own names: a channel may have to know which of them may be called twice.</summary>
    public virtual void Offers(IEnumerable<Tool> tools)
    {
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A server cannot be reached or started. Callers learn only that; the message is for the log and for operators.</summary>
internal sealed class ServerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
