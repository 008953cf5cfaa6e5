using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ServiceDefaults.Telemetry.Metrics;
using ServiceDefaults.Telemetry.Tracing;

namespace ServiceDefaults.Telemetry;

/// <summary>Counts and times every request, and gives the runtime's span its name and attributes, for the runtime leaves them out.</summary>
internal sealed class RequestTelemetryMiddleware(RequestDelegate next, PlatformMetrics metrics, TimeProvider clock)
{
    private const string NoRoute = "unmatched";

    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        var activity = Activity.Current;
        if (IsProbe(context.Request.Path))
        {
            LeaveOutOfTraces();
        }

        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        finally
        {
            var method = Method(context.Request.Method);
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
            metrics.RequestAnswered(method, route, status, clock.GetElapsedTime(started));
            if (McpSpans.IsExported(activity, failed: status >= StatusCodes.Status500InternalServerError))
            {
                Describe(activity!, context, method, route, status);
            }
        }
    }

    /// <summary>Nobody looks for probes and scrapes among the traces; what they call is left out with them.</summary>
    public static void LeaveOutOfTraces()
    {
        if (Activity.Current is { } activity)
        {
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            activity.IsAllDataRequested = false;
        }
    }

    /// <summary>After the semantic conventions for HTTP server spans.</summary>
    private static void Describe(Activity activity, HttpContext context, string method, string route, int status)
    {
        activity.DisplayName = route == NoRoute ? method : $"{method} {route}";
        activity.SetTag("http.request.method", method);
        activity.SetTag("url.scheme", context.Request.Scheme);
        activity.SetTag("url.path", context.Request.Path.Value);
        activity.SetTag("http.response.status_code", status);
        activity.SetTag(McpSpans.RequestId, context.TraceIdentifier);
        if (route != NoRoute)
        {
            activity.SetTag("http.route", route);
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            McpSpans.Fail(activity, status.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A caller must not be able to make as many time series as it can think of methods.</summary>
    private static string Method(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "_OTHER",
    };

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal) || path.Equals("/alive", StringComparison.Ordinal);
}
