using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The addresses of one resource in this run: given once, before anything starts, and kept until the end.</summary>
internal sealed class ResourceEndpoints : IAsyncDisposable
{
    private readonly IResource _resource;
    private readonly Dictionary<string, TcpProxy> _proxies = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<PortLease> _leases = [];

    private ResourceEndpoints(IResource resource) => _resource = resource;

    /// <summary>Why the resource cannot start; null when every endpoint has its address.</summary>
    public DistributedApplicationException? Failure { get; private set; }

    /// <summary>Every endpoint that can have an address gets it, so that references to the others still resolve.</summary>
    public static ResourceEndpoints Allocate(IResource resource, bool randomizes)
    {
        var endpoints = new ResourceEndpoints(resource);

        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().ToList())
        {
            try
            {
                endpoints.Allocate(endpoint, randomizes);
            }
            catch (DistributedApplicationException exception)
            {
                endpoints.Failure ??= exception;
                AllocateNowhere(endpoint);
            }
        }

        return endpoints;
    }

    /// <summary>
    /// The address of an endpoint at which nothing of ours will listen: who refers to it still gets its text, and starts, instead of
    /// waiting for ever.
    /// </summary>
    public static void AllocateNowhere(EndpointAnnotation endpoint) =>
        endpoint.AllocatedEndpoint ??= new AllocatedEndpoint(endpoint, "localhost", endpoint.Port ?? endpoint.TargetPort ?? 1);

    /// <summary>The ports one instance listens on, by endpoint; the leases last as long as this.</summary>
    public IReadOnlyDictionary<string, int> PortsOfNewInstance()
    {
        var ports = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

        foreach (var endpoint in _resource.Annotations.OfType<EndpointAnnotation>())
        {
            ports[endpoint.Name] = endpoint.TargetPort ?? (endpoint.IsProxied ? Lease() : endpoint.AllocatedEndpoint?.Port ?? Lease());
        }

        return ports;
    }

    /// <summary>Sends new connections to these instances.</summary>
    public void Serve(IEnumerable<IReadOnlyDictionary<string, int>> running)
    {
        var instances = running.ToList();

        foreach (var (name, proxy) in _proxies)
        {
            proxy.SetTargets(instances.Select(ports => ports[name]));
        }
    }

    /// <summary>A program that is about to listen on a fixed port should not find it taken.</summary>
    /// <exception cref="DistributedApplicationException">A fixed port is in use; the message has the cure.</exception>
    public async Task CheckFixedPortsAsync()
    {
        foreach (var endpoint in _resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.TargetPort is not null))
        {
            await using var probe = TcpProxy.Listen(_resource.Name, endpoint.Name, "localhost", endpoint.TargetPort);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        _leases.ForEach(lease => lease.Dispose());
    }

    private void Allocate(EndpointAnnotation endpoint, bool randomizes)
    {
        if (endpoint.Protocol != ProtocolType.Tcp)
        {
            throw new DistributedApplicationException(
                $"Endpoint '{endpoint.Name}' of resource '{_resource.Name}' is {endpoint.Protocol}; local processes are reached over TCP only.");
        }

        var replicas = _resource.GetReplicaCount();
        var isOneAddress = IPAddress.TryParse(endpoint.TargetHost, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any);
        var address = isOneAddress ? endpoint.TargetHost : "localhost";

        if (replicas > 1 && (!endpoint.IsProxied || endpoint.TargetPort is not null))
        {
            throw new DistributedApplicationException(
                $"Endpoint '{endpoint.Name}' of resource '{_resource.Name}' fixes the port of its process, but {replicas} replicas need one each. " +
                $"Remove the target port or `isProxied: false`, or use one replica.");
        }

        if (!endpoint.IsProxied)
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, address, endpoint.Port ?? Lease());
            return;
        }

        var port = randomizes ? null : endpoint.Port;

        if (port is not null && port == endpoint.TargetPort)
        {
            throw new DistributedApplicationException(
                $"Endpoint '{endpoint.Name}' of resource '{_resource.Name}' has port and target port {port}: the proxy and the process " +
                $"cannot both listen there. Choose another target port, or `isProxied: false`.");
        }

        var proxy = TcpProxy.Listen(_resource.Name, endpoint.Name, endpoint.TargetHost, port);
        _proxies[endpoint.Name] = proxy;
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(
            endpoint, address, proxy.Port, endpoint.TargetPort?.ToString() ?? Placeholders.TargetPort(_resource, endpoint));
    }

    private int Lease()
    {
        var lease = Ports.Lease();
        _leases.Add(lease);
        return lease.Port;
    }
}
