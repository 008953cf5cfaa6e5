namespace McpGateway.RequestIds;

/// <summary>One id per request, from the caller's header to the worker's log (S-159).</summary>
internal static class RequestIdsFeature
{
    public static void UseRequestIds(this WebApplication app) => app.UseMiddleware<RequestIdMiddleware>();
}
