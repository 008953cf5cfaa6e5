using McpGateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Health;
using ServiceDefaults.Instances;

namespace McpGateway.Administration;

/// <summary>What became of a request to drain or to resume.</summary>
/// <param name="Draining">Stays true after a request to resume when the process is stopping anyway.</param>
internal sealed record DrainAnswer(string Instance, bool Draining);

/// <summary>Takes this instance out of rotation and back; asking twice changes nothing more (S-172).</summary>
internal static partial class DrainEndpoints
{
    public static Ok<DrainAnswer> Drain(
        HttpContext context, DrainState drain, InstanceIdentity self, AuditTrail audit, ILogger<DrainState> logger)
    {
        drain.Drain();
        LogDraining(logger, self.Id);
        audit.Record(context, "instance_drain", "drain", self.Id, "success");
        return TypedResults.Ok(new DrainAnswer(self.Id, drain.IsDraining));
    }

    public static Ok<DrainAnswer> Resume(
        HttpContext context, DrainState drain, InstanceIdentity self, AuditTrail audit, ILogger<DrainState> logger)
    {
        drain.Resume();
        LogResumed(logger, self.Id);
        audit.Record(context, "instance_drain", "resume", self.Id, drain.IsDraining ? "stopping" : "success");
        return TypedResults.Ok(new DrainAnswer(self.Id, drain.IsDraining));
    }

    [LoggerMessage(LogLevel.Information, "Instance {Instance} drains: it is not ready for new callers and finishes what it has", EventName = "drain_started")]
    private static partial void LogDraining(ILogger logger, string instance);

    [LoggerMessage(LogLevel.Information, "Instance {Instance} takes new callers again", EventName = "drain_ended")]
    private static partial void LogResumed(ILogger logger, string instance);
}
