using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Instances;

/// <summary>Where others reach this process: MCP_ADVERTISE_URL, else what the server listens on.</summary>
internal sealed class InstanceAddresses(
    IServer server, ServiceIdentity identity, IOptions<ServerOptions> options, IOptions<MetricsOptions> metrics)
{
    /// <summary>Known only once the server has started: a free port is chosen then. Null: it listens nowhere.</summary>
    public (string Address, string Metrics)? Find()
    {
        var listening = (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Select(address => BindingAddress(address))
            .OfType<Uri>()
            .ToList();
        var metricsPort = metrics.Value.Port > 0 ? metrics.Value.Port : identity.DefaultMetricsPort;
        var metricsAddress = listening.Find(address => address.Port == metricsPort);
        var main = listening.Find(address => address.Port != metricsPort && address.Scheme == Uri.UriSchemeHttp)
            ?? listening.Find(address => address.Port != metricsPort);
        var advertised = options.Value.AdvertiseUrl is { Length: > 0 } url ? url : main is null ? null : Text(main);
        return advertised is null ? null : (advertised.TrimEnd('/'), metricsAddress is null ? "" : Text(metricsAddress) + metrics.Value.Path);
    }

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    /// <summary>Kestrel writes wildcards as <c>http://[::]:8100</c>, <c>http://*:8100</c> or <c>http://+:8100</c>.</summary>
    private static Uri? BindingAddress(string address)
    {
        var concrete = address.Replace("://*:", "://0.0.0.0:", StringComparison.Ordinal).Replace("://+:", "://0.0.0.0:", StringComparison.Ordinal);
        if (!Uri.TryCreate(concrete, UriKind.Absolute, out var uri))
        {
            return null;
        }

        var isWildcard = IPAddress.TryParse(uri.DnsSafeHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isWildcard ? new UriBuilder(uri) { Host = OwnAddress() }.Uri : uri;
    }

    /// <summary>The address of the interface that leads out of this machine; loopback when there is none.</summary>
    private static string OwnAddress()
    {
        var candidates =
            from network in NetworkInterface.GetAllNetworkInterfaces()
            where network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback
            let properties = network.GetIPProperties()
            from unicast in properties.UnicastAddresses
            where unicast.Address.AddressFamily == AddressFamily.InterNetwork
            orderby properties.GatewayAddresses.Count descending
            select unicast.Address;
        return (candidates.FirstOrDefault() ?? IPAddress.Loopback).ToString();
    }
}
