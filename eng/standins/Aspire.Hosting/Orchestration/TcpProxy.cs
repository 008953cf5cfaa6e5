using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// The one public port of an endpoint: each connection goes to the next running instance in turn. It listens from the
/// moment it is made, so nobody takes the port before the resource runs; without an instance it closes connections.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly List<Socket> _listeners;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<ProxiedConnection> _connections = [];
    private readonly Lock _gate = new();
    private int[] _targets = [];
    private uint _turn;

    private TcpProxy(List<Socket> listeners)
    {
        _listeners = listeners;
        Port = ((IPEndPoint)listeners[0].LocalEndPoint!).Port;

        foreach (var listener in listeners)
        {
            _ = AcceptAsync(listener);
        }
    }

    public int Port { get; }

    /// <summary>Ports of the instances that run, on this machine; takes effect for the next connection.</summary>
    public void SetTargets(IEnumerable<int> ports) => _targets = [.. ports];

    /// <summary>Listens on the loopback addresses, or on all when the endpoint's host is not <c>localhost</c>.</summary>
    /// <param name="port">The fixed port, or null for a free one.</param>
    /// <exception cref="DistributedApplicationException">The port is taken or not allowed; the message has the cure.</exception>
    public static TcpProxy Listen(string resource, string endpoint, string host, int? port)
    {
        var addresses = AddressesOf(host);

        for (var attempt = 1; ; attempt++)
        {
            var listeners = new List<Socket>();

            try
            {
                foreach (var address in addresses)
                {
                    if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
                    {
                        continue;
                    }

                    var wanted = port ?? (listeners is [var first, ..] ? ((IPEndPoint)first.LocalEndPoint!).Port : 0);
                    TryListen(listeners, new IPEndPoint(address, wanted));
                }

                return new TcpProxy(listeners);
            }
            catch (SocketException exception)
            {
                listeners.ForEach(listener => listener.Dispose());

                // A free port of one loopback address may be taken on the other: another try.
                if (port is null && attempt < 20)
                {
                    continue;
                }

                throw Unusable(resource, endpoint, port, exception);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());

        lock (_gate)
        {
            foreach (var connection in _connections)
            {
                connection.Abort();
            }
        }

        _stopping.Dispose();
    }

    private static void TryListen(List<Socket> listeners, IPEndPoint at)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

        try
        {
            if (at.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = at.Address.Equals(IPAddress.IPv6Any);
            }

            socket.Bind(at);
            socket.Listen(512);
            listeners.Add(socket);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable && listeners.Count > 0)
        {
            // IPv6 is compiled in but switched off: 127.0.0.1 is enough.
            socket.Dispose();
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IPAddress[] AddressesOf(string host) => host switch
    {
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "*" or "+" or "0.0.0.0" or "[::]" or "::" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var address) => [address],
        _ when host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        _ => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
    };

    private static DistributedApplicationException Unusable(string resource, string endpoint, int? port, SocketException exception) =>
        new(exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                $"Port {port} of endpoint '{endpoint}' of resource '{resource}' is in use by another program. End that program " +
                $"(`ss -ltnp 'sport = :{port}'` or `lsof -i :{port}` shows it), or give the endpoint another port in the AppHost " +
                $"or in the launch profile of '{resource}'.",
            SocketError.AccessDenied =>
                $"Port {port} of endpoint '{endpoint}' of resource '{resource}' needs more rights than this user has. " +
                "Give the endpoint a port of 1024 or above.",
            _ => $"Endpoint '{endpoint}' of resource '{resource}' cannot listen on port {port?.ToString() ?? "(any)"}: {exception.Message}.",
        }, exception);

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stopping.Token);
                _ = ServeAsync(client);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client left before it was accepted, or descriptors ran out for a moment: the listener is still good.
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var connection = new ProxiedConnection(client);

        lock (_gate)
        {
            _connections.Add(connection);
        }

        try
        {
            var targets = _targets;
            var start = Interlocked.Increment(ref _turn);

            for (var index = 0; index < targets.Length; index++)
            {
                if (await connection.TryConnectAsync(targets[(start + index) % targets.Length], _stopping.Token))
                {
                    await connection.CarryAsync();
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side went away: the other learns it by the close below.
        }
        finally
        {
            connection.Abort();

            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }
}
