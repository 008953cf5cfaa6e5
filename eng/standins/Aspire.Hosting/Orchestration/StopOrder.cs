using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Who stops before whom: a resource goes when nobody who needs it is left.</summary>
internal static class StopOrder
{
    /// <summary>Groups that can stop together, first to last. References in a circle are broken where they are met.</summary>
    public static IReadOnlyList<IReadOnlyList<IResource>> Of(IEnumerable<IResource> resources)
    {
        var depths = new Dictionary<IResource, int>();
        var all = resources.ToList();

        foreach (var resource in all)
        {
            DepthOf(resource, depths, []);
        }

        return [.. all.GroupBy(resource => depths[resource]).OrderByDescending(group => group.Key).Select(group => group.ToList())];
    }

    /// <summary>0 for a resource that needs no other, else one more than the deepest it needs.</summary>
    private static int DepthOf(IResource resource, Dictionary<IResource, int> depths, HashSet<IResource> path)
    {
        if (depths.TryGetValue(resource, out var known))
        {
            return known;
        }

        if (!path.Add(resource))
        {
            return -1;
        }

        var depth = NeedsOf(resource).Select(needed => DepthOf(needed, depths, path) + 1).DefaultIfEmpty(0).Max();
        path.Remove(resource);
        return depths[resource] = depth;
    }

    /// <summary>What it waits for comes first: a circle is then broken at a mere reference.</summary>
    private static IEnumerable<IResource> NeedsOf(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource)
            .Concat(resource.GetParents())
            .Concat(resource.Annotations.OfType<ResourceRelationshipAnnotation>()
                .Where(relation => relation.Type == "Reference")
                .Select(relation => relation.Resource))
            .Distinct();
}
