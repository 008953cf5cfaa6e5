using System.Net;
using System.Net.Sockets;
using McpModules;
using McpWorker.Modules;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using Npgsql;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Tools;

/// <summary>
/// Runs a module's tool again when it failed for a reason that passes (S-141): only one that says it is read-only or
/// idempotent, after about 0.1 s, 0.2 s, 0.4 s and so on, within the call's time limit.
/// </summary>
internal sealed partial class ToolRetries(IOptionsMonitor<ModuleOptions> modules, ToolMetrics metrics, TimeProvider clock, ILogger<ToolRetries> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastDelay = TimeSpan.FromSeconds(5);

    public async Task<CallToolResult> RunAsync(
        ModuleTool? tool, ToolAddress address, Func<CancellationToken, ValueTask<CallToolResult>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (Exception exception) when (
                tool is { IsRepeatable: true } && attempt <= modules.CurrentValue.MaxRetries && IsTransient(exception) && !cancellationToken.IsCancellationRequested)
            {
                var delay = DelayAfter(attempt);
                metrics.Retried(address);
                LogRetry(exception, address.FederatedName, attempt, Math.Round(delay.TotalMilliseconds));
                await Task.Delay(delay, clock, cancellationToken);
            }
        }
    }

    internal static bool IsTransient(Exception exception) => exception switch
    {
        TransientException or TimeoutException or SocketException => true,
        NpgsqlException database => database.IsTransient,
        HttpRequestException http => http.StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        _ => false,
    };

    /// <summary>Between half and all of it, so that calls that failed together do not come back together.</summary>
    private static TimeSpan DelayAfter(int attempt)
    {
        var delay = FirstDelay * Math.Pow(2, attempt - 1);
        return (delay < LastDelay ? delay : LastDelay) * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    [LoggerMessage(LogLevel.Warning, "Attempt {Attempt} of {Tool} failed for a passing reason; the next follows in {DelayMs} ms", EventName = "tool_retried")]
    private partial void LogRetry(Exception exception, string tool, int attempt, double delayMs);
}
