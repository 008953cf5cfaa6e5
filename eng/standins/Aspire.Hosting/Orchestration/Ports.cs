using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>A port set aside for a child process until the lease is disposed.</summary>
internal sealed class PortLease : IDisposable
{
    private readonly Socket? _token;

    public PortLease(int port, Socket? token)
    {
        Port = port;
        _token = token;
    }

    public int Port { get; }

    public void Dispose()
    {
        _token?.Dispose();
        Ports.Release(Port);
    }
}

/// <summary>
/// Free ports for children, which must bind them themselves. They come from below the range the kernel hands to outgoing
/// connections, so nothing takes one by chance between choice and use; a UDP socket of the same number on an address of
/// our own keeps other orchestrators, in this process or another, from choosing it too.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly IPAddress TokenAddress = IPAddress.Parse("127.84.77.1");
    private static readonly ConcurrentDictionary<int, bool> Leased = new();

    /// <exception cref="DistributedApplicationException">No port is free.</exception>
    public static PortLease Lease()
    {
        for (var attempt = 0; attempt < 2_000; attempt++)
        {
            var port = Random.Shared.Next(First, Last);

            if (!Leased.TryAdd(port, true))
            {
                continue;
            }

            if (TryTakeToken(port, out var token) && IsFree(IPAddress.Any, port) && IsFree(IPAddress.IPv6Any, port))
            {
                return new PortLease(port, token);
            }

            token?.Dispose();
            Release(port);
        }

        throw new DistributedApplicationException($"No free TCP port was found between {First} and {Last}. End programs that listen there.");
    }

    internal static void Release(int port) => Leased.TryRemove(port, out _);

    private static bool TryTakeToken(int port, out Socket? token)
    {
        token = null;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        try
        {
            socket.Bind(new IPEndPoint(TokenAddress, port));
            token = socket;
            return true;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            // Only Linux owns the whole of 127/8; elsewhere the choice is guarded within this process.
            return exception.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
        {
            return true;
        }

        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
