using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Subscribes to events of resources where the resources are described.</summary>
public static class DistributedApplicationEventingExtensions
{
    public static IResourceBuilder<T> OnResourceReady<T>(
        this IResourceBuilder<T> builder, Func<T, ResourceReadyEvent, CancellationToken, Task> callback)
        where T : IResource
    {
        builder.ApplicationBuilder.Eventing.Subscribe<ResourceReadyEvent>(
            builder.Resource, (ready, cancellationToken) => callback(builder.Resource, ready, cancellationToken));
        return builder;
    }
}
