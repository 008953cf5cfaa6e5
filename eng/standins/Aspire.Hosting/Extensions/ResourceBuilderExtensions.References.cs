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
            var injected = Injected(context.Resource);

            if (injected.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] =
                    new ConnectionStringReference(resource, optional);
            }

            if (injected.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                var prefix = name.Length == 0 ? "" : $"{ResourceName.ToVariable(name).ToUpperInvariant()}_";

                foreach (var (property, value) in resource.GetConnectionProperties())
                {
                    context.EnvironmentVariables[prefix + property.ToUpperInvariant()] = value;
                }
            }
        });
    }

    /// <summary>Gives the addresses of a service.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.WithEndpoints(source.Resource, endpointName: null, name: null);

    /// <inheritdoc cref="WithReference{TDestination}(IResourceBuilder{TDestination}, IResourceBuilder{IResourceWithServiceDiscovery})"/>
    /// <param name="name">The name the consumer knows it by.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => builder.WithEndpoints(source.Resource, endpointName: null, name);

    /// <summary>Gives one address of a service.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.WithEndpoints(endpointReference.Resource, endpointReference.EndpointName, name: null);

    /// <summary>Gives a fixed address.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || uri.Fragment.Length > 0 || uri.Query.Length > 0)
        {
            throw new InvalidOperationException($"'{uri}', referred to as '{name}' by '{builder.Resource.Name}', must be absolute, without query and fragment.");
        }

        return builder.WithEnvironment(context => AddAddress(context, $"services__{name}__default__0", ResourceName.ToVariable(name), uri.ToString()));
    }

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

    /// <summary>Chooses what the references of this resource put into its environment.</summary>
    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);

    private static ReferenceEnvironmentInjectionFlags Injected(IResource resource) =>
        resource.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var chosen) ? chosen.Flags : ReferenceEnvironmentInjectionFlags.All;

    private static void AddAddress(EnvironmentCallbackContext context, string discoveryKey, string endpointKey, object address)
    {
        var injected = Injected(context.Resource);

        if (injected.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
        {
            context.EnvironmentVariables[endpointKey] = address;
        }

        if (injected.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
        {
            context.EnvironmentVariables[discoveryKey] = address;
        }
    }

    private static IResourceBuilder<T> WithEndpoints<T>(this IResourceBuilder<T> builder, IResourceWithEndpoints source, string? endpointName, string? name)
        where T : IResourceWithEnvironment
    {
        var reference = builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().FirstOrDefault(r => r.Resource == source);

        if (reference is null)
        {
            reference = new EndpointReferenceAnnotation(source) { DiscoveryName = name };
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
        var service = reference.DiscoveryName ?? reference.Resource.Name;
        var variable = ResourceName.ToVariable(reference.DiscoveryName ?? service.ToUpperInvariant());

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
