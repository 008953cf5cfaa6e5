using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Gives the connection string, and its parts, of a resource.</summary>
    /// <param name="connectionName">The name the consumer knows it by; the resource's own when null.</param>
    /// <param name="optional">Whether the consumer starts without it.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;

        return builder.WithReferenceRelationship(resource).WithEnvironment(context =>
        {
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] =
                new ConnectionStringReference(resource, optional);
            var prefix = name.Length == 0 ? "" : $"{ResourceName.ToVariable(name).ToUpperInvariant()}_";

            foreach (var (property, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[prefix + property.ToUpperInvariant()] = value;
            }
        });
    }

    /// <summary>Gives the addresses of a service.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.WithEndpoints(source.Resource, endpointName: null);

    /// <summary>Gives one address of a service.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.WithEndpoints(endpointReference.Resource, endpointReference.EndpointName);

    /// <summary>Gives the address of a service somewhere else.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        var service = externalService.Resource;
        var variable = ResourceName.ToVariable(service.Name).ToUpperInvariant();

        return builder.WithReferenceRelationship(service).WithEnvironment(context =>
        {
            if (service.Uri is { } uri)
            {
                AddAddress(context, $"services__{service.Name}__{uri.Scheme}__0", variable, service.Address);
                return;
            }

            // While publishing nobody knows the address, so its scheme is left open.
            var scheme = context.ExecutionContext.IsPublishMode ? null : new Uri(service.UrlParameter!.Value).Scheme;
            AddAddress(
                context, $"services__{service.Name}__{scheme ?? "default"}__0",
                scheme is null ? variable : $"{variable}_{scheme.ToUpperInvariant()}", service.Address);
        });
    }

    private static void AddAddress(EnvironmentCallbackContext context, string discoveryKey, string endpointKey, object address)
    {
        context.EnvironmentVariables[endpointKey] = address;
        context.EnvironmentVariables[discoveryKey] = address;
    }

    private static IResourceBuilder<T> WithEndpoints<T>(this IResourceBuilder<T> builder, IResourceWithEndpoints source, string? endpointName)
        where T : IResourceWithEnvironment
    {
        var reference = builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().FirstOrDefault(r => r.Resource == source);

        if (reference is null)
        {
            reference = new EndpointReferenceAnnotation(source);
            builder.WithAnnotation(reference).WithEnvironment(context => AddEndpoints(context, reference));
        }

        if (endpointName is null)
        {
            reference.UseAllEndpoints = true;
        }
        else
        {
            reference.EndpointNames.Add(endpointName);
        }

        return builder.WithReferenceRelationship(source);
    }

    private static void AddEndpoints(EnvironmentCallbackContext context, EndpointReferenceAnnotation reference)
    {
        var service = reference.Resource.Name;
        var variable = ResourceName.ToVariable(service.ToUpperInvariant());

        foreach (var endpoint in reference.Resource.GetEndpoints())
        {
            if (!reference.EndpointNames.Contains(endpoint.EndpointName) && !(reference.UseAllEndpoints && !endpoint.ExcludeReferenceEndpoint))
            {
                continue;
            }

            var scheme = endpoint.IsHttpSchemeNamedEndpoint ? endpoint.Scheme : endpoint.EndpointName;
            var index = 0;

            while (context.EnvironmentVariables.ContainsKey($"services__{service}__{scheme}__{index}"))
            {
                index++;
            }

            AddAddress(
                context, $"services__{service}__{scheme}__{index}",
                $"{variable}_{ResourceName.ToVariable(endpoint.EndpointName).ToUpperInvariant()}", endpoint);
        }
    }
}
