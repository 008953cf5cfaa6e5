using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Starts this resource when the other is healthy, its parents first.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency.Resource, WaitType.WaitUntilHealthy);

    /// <summary>Starts this resource when the other has ended with the exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Wait(dependency.Resource, WaitType.WaitForCompletion, exitCode);

    private static IResourceBuilder<T> Wait<T>(this IResourceBuilder<T> builder, IResource dependency, WaitType type, int exitCode = 0)
        where T : IResourceWithWaitSupport
    {
        if (dependency == (IResource)builder.Resource || builder.Resource.GetParents().Contains(dependency))
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' cannot wait for '{dependency.Name}': that is the resource itself, or it belongs to it.");
        }

        if (type != WaitType.WaitForCompletion)
        {
            foreach (var parent in dependency.GetParents())
            {
                builder.WithAnnotation(new WaitAnnotation(parent, type));
            }
        }

        return builder.WithRelationship(dependency, "WaitFor").WithAnnotation(new WaitAnnotation(dependency, type, exitCode));
    }
}
