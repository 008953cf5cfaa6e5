using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Database;

namespace ServiceDefaults.Health;

/// <summary>Answers the probes. Nothing here holds an address, a host name or the text of an exception (S-174).</summary>
internal static class HealthEndpoints
{
    private const string Healthy = "healthy";

    /// <summary>Touches nothing: a process that can run this is alive (S-164).</summary>
    public static JsonHttpResult<AliveDocument> Live() =>
        TypedResults.Json(new AliveDocument("alive"), HealthJson.Default.AliveDocument);

    public static async Task<JsonHttpResult<HealthDocument>> Health(HealthMonitor monitor, DrainState drain, TimeProvider clock)
    {
        var report = await monitor.ReportAsync();
        var checks = new HealthDocumentChecks(
            Server: drain.IsDraining ? "draining" : Healthy,
            Database: report.Schema == SchemaState.Outdated ? "schema outdated" : report.Problem(HealthTags.Database) ?? Healthy,
            Dependencies: report.Problem(HealthTags.Cache, HealthTags.Dependency) ?? Healthy,
            DiskSpace: report.Problem(HealthTags.Disk) ?? Healthy,
            Memory: report.Problem(HealthTags.Memory) ?? Healthy);
        var isHealthy = checks is { Server: Healthy, Database: Healthy, Dependencies: Healthy, DiskSpace: Healthy, Memory: Healthy };

        var now = clock.GetUtcNow();
        var document = new HealthDocument(
            isHealthy ? Healthy : "unhealthy",
            UtcText.Of(now),
            ProductVersion.Current,
            Math.Round(Math.Max(0, (now - ProcessStart.At).TotalSeconds), 3),
            checks);
        return TypedResults.Json(
            document, HealthJson.Default.HealthDocument, statusCode: isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <param name="degraded">
    /// <c>ok</c>: for balancers. Not ready then only when this very instance cannot serve, so that the loss of a shared
    /// engine does not take every instance out at once.
    /// </param>
    public static async Task<JsonHttpResult<ReadyDocument>> Ready(HealthMonitor monitor, DrainState drain, string? degraded = null)
    {
        var mayDegrade = degraded == "ok";
        var report = await monitor.ReportAsync(lastWillDo: mayDegrade);
        var checks = new ReadyDocumentChecks(
            report.Passes(HealthTags.Database), report.Passes(HealthTags.Cache), report.Passes(HealthTags.Dependency));
        var reason = Reason(report, checks, drain, mayDegrade && monitor.HasBeenReady);
        return TypedResults.Json(
            new ReadyDocument(reason is null ? "ready" : "not_ready", checks, reason),
            HealthJson.Default.ReadyDocument,
            statusCode: reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string? Reason(HealthReport report, ReadyDocumentChecks checks, DrainState drain, bool mayDegrade) =>
        drain.IsDraining ? "draining"
        : report.Schema == SchemaState.Outdated ? "schema_outdated"
        : mayDegrade ? null
        : !checks.Database || report.Schema == SchemaState.Unknown ? "database_unavailable"
        : !checks.Cache ? "cache_unavailable"
        : !checks.Dependencies ? "dependencies_unavailable"
        : null;
}
