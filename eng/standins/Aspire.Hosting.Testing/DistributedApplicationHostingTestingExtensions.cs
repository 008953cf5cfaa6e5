using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Finds the resources of a started application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client whose base address is the endpoint.</summary>
    /// <param name="endpointName">The first of https and http when null.</param>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var address = app.GetEndpoint(resourceName, endpointName);
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = address;
        return client;
    }

    /// <exception cref="ArgumentException">There is no such resource, or it has no connection string.</exception>
    /// <inheritdoc cref="CreateHttpClient"/>
    public static ValueTask<string?> GetConnectionStringAsync(this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        app.Find(resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"Resource '{resourceName}' has no connection string.", nameof(resourceName));

    /// <inheritdoc cref="CreateHttpClient"/>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var endpoints = app.Find(resourceName) is IResourceWithEndpoints resource ? resource.GetEndpoints().ToList() : [];
        var wanted = endpointName is null ? new[] { "https", "http" } : [endpointName];
        var endpoint = wanted
            .Select(name => endpoints.Find(candidate => string.Equals(candidate.EndpointName, name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(candidate => candidate is not null)
            ?? throw new ArgumentException(
                $"Resource '{resourceName}' has no endpoint '{string.Join("' or '", wanted)}'. It has: {string.Join(", ", endpoints.Select(e => e.EndpointName).DefaultIfEmpty("none"))}.",
                nameof(endpointName));

        return new Uri(endpoint.Url);
    }

    private static IResource Find(this DistributedApplication app, string resourceName)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(resourceName);

        if (!app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested)
        {
            throw new InvalidOperationException("The application has not started: await StartAsync first.");
        }

        var resources = app.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        return resources.TryGetByName(resourceName, out var resource)
            ? resource
            : throw new ArgumentException($"Resource '{resourceName}' does not exist. There are: {string.Join(", ", resources.Select(r => r.Name))}.", nameof(resourceName));
    }
}
