using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>The ports of bindings: those the AppHost fixed, and numbers from 8000 where a deployment tool cannot choose.</summary>
internal sealed class ManifestPorts
{
    private readonly HashSet<int> _used = [];
    private int _next = 8000;

    public List<(EndpointAnnotation Endpoint, int? Port, int? TargetPort)> Resolve(IResource resource)
    {
        var schemes = new HashSet<string>(StringComparer.Ordinal);
        var bindings = new List<(EndpointAnnotation, int?, int?)>();

        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.Port is 0 ? null : endpoint.Port;
            var target = endpoint.TargetPort is 0 ? null : endpoint.TargetPort;

            // The first http and the first https endpoint of a project get their port from the deployment tool.
            var isDefault = resource is ProjectResource && endpoint.IsHttp && schemes.Add(endpoint.UriScheme);
            target ??= resource is ContainerResource && port is not null ? port : isDefault ? null : Allocate();
            port ??= target is null && !endpoint.IsHttp ? Allocate() : null;

            _used.UnionWith(new[] { port ?? target, target }.OfType<int>());
            bindings.Add((endpoint, port, target));
        }

        return bindings;
    }

    private int Allocate()
    {
        while (!_used.Add(_next))
        {
            _next++;
        }

        return _next;
    }
}
