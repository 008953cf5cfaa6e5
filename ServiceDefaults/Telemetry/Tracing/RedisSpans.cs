using System.Diagnostics;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>
/// Spans around Redis commands that a call waits for: the client library makes none. Keys and values stay out of them.
/// Heartbeats and probes go without, nobody looks for those in a trace.
/// </summary>
public static class RedisSpans
{
    private static readonly ActivitySource Source = new(TelemetryNames.Prefix + "Redis");

    /// <param name="operation">The command, like <c>EVALSHA</c>.</param>
    public static Task<T> RunAsync<T>(string operation, Func<Task<T>> command) =>
        Source.StartActivity(operation, ActivityKind.Client) is { } span ? FollowAsync(span, operation, command) : command();

    private static async Task<T> FollowAsync<T>(Activity span, string operation, Func<Task<T>> command)
    {
        using (span)
        {
            span.SetTag("db.system.name", "redis");
            span.SetTag("db.operation.name", operation);
            try
            {
                return await command();
            }
            catch (Exception exception)
            {
                // Only looked at: whoever called knows what to do about it.
                McpSpans.Fail(span, exception.GetType().Name);
                throw;
            }
        }
    }
}
