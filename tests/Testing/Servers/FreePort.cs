using System.Net;
using System.Net.Sockets;

namespace Testing;

/// <summary>Loopback ports nobody listens on, outside the range the system hands to outgoing connections.</summary>
public static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 31_999;

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest + 1);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
