using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <param name="port">The port callers use; null for any free one.</param>
    /// <param name="targetPort">The port the process listens on; null for any free one.</param>
    /// <param name="env">A variable that tells the process its port.</param>
    /// <param name="isProxied">Whether callers reach the process through a proxy, which replicas need.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null,
        string? env = null, bool? isProxied = null, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        var added = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, transport: null, name, port, targetPort, isExternal, isProxied);
        var endpoint = builder.FindEndpoint(added.Name);

        if (endpoint is null)
        {
            endpoint = added;
            builder.WithAnnotation(endpoint);
        }
        else
        {
            endpoint.Port = port ?? endpoint.Port;
            endpoint.TargetPort = targetPort ?? endpoint.TargetPort;
            endpoint.IsExternal = isExternal ?? endpoint.IsExternal;
            endpoint.IsProxied = isProxied ?? endpoint.IsProxied;
        }

        if (env is not null && builder.Resource is IResourceWithEnvironment)
        {
            endpoint.TargetPortVariable = env;
            builder.WithAnnotation(new EnvironmentCallbackAnnotation(context =>
                context.EnvironmentVariables[env] = new EndpointReference(builder.Resource, endpoint).Property(EndpointProperty.TargetPort)));
        }

        return builder;
    }

    /// <summary>Changes an endpoint, or adds one of that name first.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.FindEndpoint(endpointName);

        if (endpoint is null && createIfNotExists)
        {
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            callback(endpoint);
            return builder.WithAnnotation(endpoint);
        }

        if (endpoint is not null)
        {
            callback(endpoint);
        }

        return builder;
    }

    /// <inheritdoc cref="WithEndpoint{T}(IResourceBuilder{T}, int?, int?, string?, string?, string?, bool?, bool?, ProtocolType?)"/>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Opens the HTTP endpoints added so far to the outside.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsHttp))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => builder.Resource.GetEndpoint(name);

    private static EndpointAnnotation? FindEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => builder.Resource.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The endpoint of a name, or the first of https and http; known only once all endpoints are.</summary>
    private static EndpointReference HttpEndpoint<T>(this IResourceBuilder<T> builder, string? name, string purpose)
        where T : IResourceWithEndpoints
    {
        var wanted = name is null ? new[] { "https", "http" } : [name];

        return wanted.Select(builder.GetEndpoint).FirstOrDefault(e => e.Exists)
            ?? throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' has no endpoint {string.Join(" or ", wanted.Select(w => $"'{w}'"))} for the {purpose}.");
    }
}
