using McpGateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Caching;
using StackExchange.Redis;

namespace McpGateway.Administration;

/// <summary>Clears what all workers keep of tool results (S-329).</summary>
internal static partial class CacheEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<Results<NoContent, ProblemHttpResult>> ClearAsync(
        HttpContext context, IConnectionMultiplexer redis, AuditTrail audit, ILogger<IConnectionMultiplexer> logger)
    {
        try
        {
            await CacheGenerations.RaiseAsync(redis, CacheGenerations.Everything, CacheGenerations.New()).WaitAsync(Patience, context.RequestAborted);
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException or ObjectDisposedException)
        {
            audit.Record(context, "cache_clear", "clear", "cache", "failure");
            return TypedResults.Problem(
                "Redis does not answer, so the workers could not be told. Without it each keeps results for ten seconds only; try again when it is back.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        LogCleared(logger);
        audit.Record(context, "cache_clear", "clear", "cache", "success");
        return TypedResults.NoContent();
    }

    [LoggerMessage(LogLevel.Information, "All kept tool results were cleared", EventName = "cache_cleared")]
    private static partial void LogCleared(ILogger logger);
}
