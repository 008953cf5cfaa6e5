using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Changes the URLs of an endpoint, for example their text.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource => builder.WithAnnotation(new ResourceUrlsCallbackAnnotation(context =>
        {
            foreach (var url in context.Urls.Where(url => string.Equals(url.Endpoint?.EndpointName, endpointName, StringComparison.OrdinalIgnoreCase)))
            {
                callback(url);
                url.Url = Absolute(url);
            }

            return Task.CompletedTask;
        }));

    private static string Absolute(ResourceUrlAnnotation url) =>
        url.Url.StartsWith('/') && url.Endpoint is { IsAllocated: true } endpoint ? new Uri(new Uri(endpoint.Url), url.Url).ToString() : url.Url;
}
