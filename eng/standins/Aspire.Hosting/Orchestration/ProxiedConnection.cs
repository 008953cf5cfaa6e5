using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Carries bytes both ways between a client and an instance: each read is written on before the next, so a slow reader
/// slows its writer; an end of one direction is passed on while the other goes on.
/// </summary>
internal sealed class ProxiedConnection(Socket client)
{
    private Socket? _server;
    private volatile bool _isAborted;

    public async Task<bool> TryConnectAsync(int port, CancellationToken cancellationToken)
    {
        // Servers told "localhost" may have taken either family.
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            {
                continue;
            }

            var server = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

            try
            {
                await server.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                _server = server;

                if (_isAborted)
                {
                    server.Dispose();
                }

                return !_isAborted;
            }
            catch (SocketException)
            {
                server.Dispose();
            }
        }

        return false;
    }

    public async Task CarryAsync()
    {
        client.NoDelay = true;
        var up = PumpAsync(client, _server!);
        var down = PumpAsync(_server!, client);

        // One broken direction breaks the other; an orderly end does not.
        if (!await await Task.WhenAny(up, down))
        {
            Abort();
        }

        await Task.WhenAll(up, down);
    }

    public void Abort()
    {
        _isAborted = true;
        client.Dispose();
        _server?.Dispose();
    }

    private static async Task<bool> PumpAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                // An empty read waits for data without holding a buffer: idle streams cost next to nothing.
                await from.ReceiveAsync(Memory<byte>.Empty);
                var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);

                try
                {
                    var count = await from.ReceiveAsync(buffer);

                    if (count == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return true;
                    }

                    for (var sent = 0; sent < count;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
