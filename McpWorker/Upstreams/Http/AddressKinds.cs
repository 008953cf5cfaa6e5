using System.Buffers.Binary;
using System.Net;

namespace McpWorker.Upstreams.Http;

/// <summary>What an address is for, by the special-purpose registries (RFC 6890 and its successors).</summary>
internal static class AddressKinds
{
    private static readonly IPNetwork[] Private = Networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
        "100.64.0.0/10", // shared by carriers, RFC 6598
        "127.0.0.0/8", "::1/128", "fc00::/7"); // loopback; unique local, RFC 4193

    private static readonly IPNetwork[] Never = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", // this network, link-local, multicast, reserved and broadcast
        "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", // protocol assignments, examples, benchmarks
        "::/128", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "2001::/23", "2001:db8::/32"); // unspecified, link-local, site-local, multicast, discard, special (Teredo), examples

    private static readonly IPNetwork[] Translated = Networks("64:ff9b::/96", "64:ff9b:1::/48"); // NAT64, RFC 6052 and 8215
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16"); // RFC 3056

    public static bool IsAllowed(IPAddress address, bool allowPrivate)
    {
        var real = Unwrap(address);
        return !Any(Never, real) && (allowPrivate || !Any(Private, real));
    }

    /// <summary>An IPv4 address may come inside an IPv6 one; it is the one that is reached.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily is not System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        var isCompatible = bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) > 1;
        return isCompatible || Any(Translated, address) ? new IPAddress(bytes.AsSpan(12))
            : SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : address;
    }

    private static bool Any(IPNetwork[] networks, IPAddress address) => networks.Any(network => network.Contains(address));

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(text => IPNetwork.Parse(text))];
}
