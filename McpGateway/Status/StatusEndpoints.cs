using McpGateway.Authentication;
using McpGateway.Routing;
using McpGateway.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults;
using ServiceDefaults.Instances;
using ServiceDefaults.Telemetry.Metrics;

namespace McpGateway.Status;

internal static class StatusEndpoints
{
    public static Ok<StatusSummary> Show(
        HttpContext context,
        WorkerPool workers,
        InstanceDirectory directory,
        InstanceIdentity self,
        GatewayMetrics metrics,
        ResourceSnapshots resources,
        TimeProvider clock)
    {
        var live = workers.Live;
        var status = live.Count > 0 ? "ok" : "degraded";
        return context.Features.Get<Caller>() is null
            ? TypedResults.Ok(new StatusSummary(status, ProductVersion.Current))
            : TypedResults.Ok<StatusSummary>(new StatusReport(
                status,
                ProductVersion.Current,
                self.Id,
                Math.Round((clock.GetUtcNow() - self.StartedAt).TotalSeconds, 1),
                [.. live.Select(worker => Describe(worker, workers.InFlightAt(worker.Id)))],
                [.. directory.Of(ResourceNames.Gateway).Select(gateway => Describe(gateway))],
                new ConnectionStatus(metrics.Active(), metrics.WebSockets),
                resources.Take(),
                Memory()));
    }

    private static WorkerStatus Describe(Instance worker, int inFlight) =>
        new(worker.Id, worker.Address, worker.Version, worker.State, inFlight, worker.State == Instance.Seed ? null : worker.LastHeartbeat);

    private static GatewayStatus Describe(Instance gateway) =>
        new(gateway.Id, gateway.Address, gateway.Version, gateway.State, gateway.LastHeartbeat);

    private static MemoryStatus Memory()
    {
        var collector = GC.GetGCMemoryInfo();
        var isHardLimit = GC.GetConfigurationVariables().TryGetValue("GCHeapHardLimit", out var limit) && limit is long and > 0;
        return new MemoryStatus(collector.TotalAvailableMemoryBytes, isHardLimit, GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
    }
}
