using System.Net;

namespace McpGateway.RequestLog;

/// <summary>A caller's address as logs have it: an IPv4 address as such, even on a socket for both.</summary>
internal static class ClientAddress
{
    public static string? Of(HttpContext context) => Text(context.Connection.RemoteIpAddress);

    public static string? Text(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
