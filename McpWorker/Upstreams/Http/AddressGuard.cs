using System.Net;
using System.Net.Sockets;

namespace McpWorker.Upstreams.Http;

/// <summary>
/// Decides at connect time which addresses an upstream's name may stand for, and connects to exactly the one it checked: a
/// name that answers differently to the check and to the connection (DNS rebinding) gains nothing.
/// </summary>
/// <param name="allowPrivate">Loopback and private addresses are fine; link-local ones, where clouds keep their metadata service, never are.</param>
/// <param name="resolve">Replaced in tests.</param>
internal sealed class AddressGuard(bool allowPrivate, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <exception cref="HttpRequestException">No address of the host may be connected to, or none answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await _resolve(host, cancellationToken);
        var allowed = addresses.Where(address => AddressKinds.IsAllowed(address, allowPrivate)).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, addresses.Length == 0
                ? $"'{host}' has no address."
                : $"'{host}' stands for {string.Join(", ", addresses.AsEnumerable())}, which an upstream server may not have. "
                    + "Set allow_private_address: true for a server of your own network; link-local addresses are never used.");
        }

        return await ConnectToFirstAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
    }

    private static async Task<Stream> ConnectToFirstAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                if (i == addresses.Length - 1)
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
                }
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
