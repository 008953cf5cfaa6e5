using ServiceDefaults.Logging;

namespace McpGateway.RequestLog;

/// <summary>What the log says of requests: a line each in access.log, events of MCP requests, and headers on demand.</summary>
internal static class RequestLogFeature
{
    public static void AddRequestLog(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccessLog>();
        builder.Services.AddHostedService<UnreadableRequests>();
    }

    /// <summary>First of all steps, so that what the others refuse is in the log too.</summary>
    public static void UseRequestLog(this WebApplication app)
    {
        if (app.Services.GetRequiredService<SideLogs>().WritesAccess)
        {
            app.UseMiddleware<AccessLogMiddleware>();
        }

        app.UseMiddleware<RequestTraceMiddleware>();
    }

    /// <summary>Behind the envelope, which says what is asked for.</summary>
    public static void UseRequestEvents(this WebApplication app) => app.UseMiddleware<RequestEventsMiddleware>();
}
