using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The URLs people see: one for each endpoint, changed and joined by the AppHost's own.</summary>
internal static class ResourceUrls
{
    public static async Task<IReadOnlyList<UrlSnapshot>> OfAsync(
        IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var urls = resource is IResourceWithEndpoints owner
            ? owner.GetEndpoints()
                .Where(endpoint => endpoint.IsAllocated)
                .Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint })
                .ToList()
            : [];
        var context = new ResourceUrlsCallbackContext(executionContext, resource, urls, cancellationToken);

        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return [.. context.Urls
            .OrderByDescending(url => url.DisplayOrder ?? 0)
            .Select(url => new UrlSnapshot(url.Endpoint?.EndpointName, url.Url, url.DisplayLocation == UrlDisplayLocation.DetailsOnly)
            {
                DisplayProperties = new(url.DisplayText ?? "", url.DisplayOrder ?? 0),
            })];
    }
}
