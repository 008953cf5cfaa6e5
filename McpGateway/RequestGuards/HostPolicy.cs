using System.Net;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestGuards;

/// <summary>
/// Which Host and Origin headers are ours: loopback names, MCP_ALLOWED_HOSTS and the name this instance advertises. A
/// page that rebinds its own name to our address still sends its own name, and so is refused.
/// </summary>
internal sealed class HostPolicy(IOptionsMonitor<NetworkOptions> network, IOptions<ServerOptions> server)
{
    private readonly string? _advertisedHost =
        Uri.TryCreate(server.Value.AdvertiseUrl, UriKind.Absolute, out var uri) ? uri.DnsSafeHost : null;

    public bool AcceptsHost(HostString host) =>
        host.HasValue && (IsOurs(host.Host) || network.CurrentValue.AllowedHosts.Contains("*", StringComparer.Ordinal));

    /// <summary>An origin is ours by its host, or by being one of MCP_CORS_ORIGINS. The opaque origin <c>null</c> is nobody's.</summary>
    public bool AcceptsOrigin(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return false;
        }

        var allowed = network.CurrentValue.CorsOrigins;
        return IsOurs(uri.DnsSafeHost) || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase) || allowed.Contains("*", StringComparer.Ordinal);
    }

    private bool IsOurs(string host)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address))
            || name.Equals(_advertisedHost, StringComparison.OrdinalIgnoreCase)
            || network.CurrentValue.AllowedHosts.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
