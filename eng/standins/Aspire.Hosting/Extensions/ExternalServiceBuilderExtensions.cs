using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Describes services somewhere else.</summary>
public static class ExternalServiceBuilderExtensions
{
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? builder.AddExternalService(name, uri)
            : throw new ArgumentException($"'{url}', the address of external service '{name}', is not an absolute URL.", nameof(url));

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/" || uri.Fragment.Length > 0)
        {
            throw new ArgumentException($"'{uri}', the address of external service '{name}', must be absolute, with the path / and no fragment.", nameof(uri));
        }

        return Add(builder, new ExternalServiceResource(name, uri));
    }

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> urlParameter) =>
        Add(builder, new ExternalServiceResource(name, urlParameter.Resource));

    private static IResourceBuilder<ExternalServiceResource> Add(IDistributedApplicationBuilder builder, ExternalServiceResource resource) =>
        builder.AddResource(resource).ExcludeFromManifest();
}
