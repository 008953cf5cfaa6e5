using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCP9005 // deprecated in 2026-07-28, and still spoken

namespace McpWorker.Diagnostics;

/// <summary>What a tool says while it still works.</summary>
[McpServerToolType]
internal static partial class StreamTools
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    [McpServerTool(Name = "test_tool_with_logging", ReadOnly = true), Description("Logs to its caller while it works.")]
    public static async Task<string> LogAsync(McpServer server, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var logs = server.AsClientLoggerProvider();
        var logger = logs.CreateLogger(DiagnosticsModule.ModuleName);
        LogStarted(logger);
        await Task.Delay(Step, clock, cancellationToken);
        LogProcessing(logger);
        await Task.Delay(Step, clock, cancellationToken);
        LogCompleted(logger);
        await Task.Delay(Step, clock, cancellationToken);
        return "Logged three times.";
    }

    [McpServerTool(Name = "test_logging_tool", ReadOnly = true), Description("Logs once to a caller who asked for logs.")]
    public static string LogOnce(McpServer server)
    {
        using var logs = server.AsClientLoggerProvider();
        LogStarted(logs.CreateLogger(DiagnosticsModule.ModuleName));
        return "Logged once, for whoever asked for it.";
    }

    [McpServerTool(Name = "test_tool_with_progress", ReadOnly = true), Description("Reports progress while it works.")]
    public static async Task<string> ReportAsync(
        RequestContext<CallToolRequestParams> request, TimeProvider clock, CancellationToken cancellationToken)
    {
        foreach (var percent in (int[])[0, 50, 100])
        {
            if (request.Params.ProgressToken is { } token)
            {
                var news = new ProgressNotificationValue { Progress = percent, Total = 100, Message = $"{percent} of 100" };
                await request.Server.NotifyProgressAsync(token, news, cancellationToken: cancellationToken);
            }

            await Task.Delay(Step, clock, cancellationToken);
        }

        return "Reported 0, 50 and 100 of 100.";
    }

    [McpServerTool(Name = "test_streaming_elicitation", ReadOnly = true), Description("Answers without asking its caller anything.")]
    public static string AskNothing() => "Nothing was asked.";

    [McpServerTool(Name = "test_wait", ReadOnly = true), Description("Works until it is cancelled.")]
    public static async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "";
    }

    [LoggerMessage(LogLevel.Information, "Tool execution started")]
    private static partial void LogStarted(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Tool processing data")]
    private static partial void LogProcessing(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Tool execution completed")]
    private static partial void LogCompleted(ILogger logger);
}
