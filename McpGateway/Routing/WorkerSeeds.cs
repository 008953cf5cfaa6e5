using Microsoft.Extensions.Options;
using ServiceDefaults;
using ServiceDefaults.Instances;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Routing;

/// <summary>
/// Workers known before any reports itself: MCP_WORKER_URLS, and the endpoint Aspire's service discovery injects. The
/// latter is one proxy in front of all replicas, so it is no more than a seed.
/// </summary>
internal sealed class WorkerSeeds(IOptions<NetworkOptions> network, IConfiguration configuration)
{
    public Instance[] Instances { get; } =
    [
        .. network.Value.WorkerUrls
            .Concat(configuration.GetSection($"services:{ResourceNames.Worker}:http").GetChildren().Select(child => child.Value).OfType<string>())
            .Select(address => address.TrimEnd('/'))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(address => new Instance(
                $"seed:{address}", ResourceNames.Worker, address, "", "", Instance.Seed, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)),
    ];
}
