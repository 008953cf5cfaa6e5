using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Instances;

namespace McpGateway.Administration;

/// <summary>
/// Where Prometheus finds the metrics of every instance of every service, in the form of its HTTP service discovery. From the
/// directory in memory: with both stores away the last known list is served, as Prometheus itself would keep it.
/// </summary>
internal static class TargetsEndpoint
{
    public static JsonHttpResult<List<TargetGroup>> List(InstanceDirectory directory) =>
        TypedResults.Json(directory.All.Select(Describe).OfType<TargetGroup>().ToList(), TargetJson.Default.ListTargetGroup);

    /// <summary>Null: the instance serves no metrics.</summary>
    private static TargetGroup? Describe(Instance instance)
    {
        if (!Uri.TryCreate(instance.MetricsAddress, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var labels = new TargetLabels(instance.Service, instance.Id, instance.Version, address.Scheme, address.AbsolutePath);
        return new TargetGroup([address.Authority], labels);
    }
}
