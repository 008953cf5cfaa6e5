using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <param name="key">The name of a check of <c>builder.Services.AddHealthChecks()</c>.</param>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource => builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(c => c.Key == key)
            ? throw new DistributedApplicationException($"'{builder.Resource.Name}' already has the health check '{key}'.")
            : builder.WithAnnotation(new HealthCheckAnnotation(key));

    /// <param name="path">/ when null.</param>
    /// <param name="statusCode">200 when null.</param>
    /// <param name="endpointName">The first of https and http when null.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.HttpEndpoint(endpointName, "health check");

        if (!endpoint.EndpointAnnotation.IsHttp)
        {
            throw new DistributedApplicationException($"Endpoint '{endpoint.EndpointName}' of '{builder.Resource.Name}' does not speak HTTP.");
        }

        var key = $"{builder.Resource.Name}_{endpoint.EndpointName}_{path ?? "/"}_{statusCode ?? 200}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpHealthCheck(endpoint, path ?? "/", statusCode ?? 200, services.GetRequiredService<IHttpClientFactory>()),
            failureStatus: null,
            tags: null));

        return builder.WithHealthCheck(key);
    }
}
