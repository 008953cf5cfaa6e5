using System.Diagnostics.Metrics;
using McpGateway.Authentication;
using McpGateway.Envelope;
using McpGateway.RateLimits;

namespace McpGateway.Telemetry;

/// <summary>
/// What the gateway counts and times. Names are those dashboards and alert rules use; they carry no units. No label takes
/// a value a caller makes up.
/// </summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string Name = "McpPlatform.Gateway";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _authenticationFailures;
    private readonly Counter<long> _rateLimitViolations;
    private readonly WebSocketCount _webSockets;
    private int _inProgress;

    public GatewayMetrics(IMeterFactory meters)
    {
        _webSockets = new WebSocketCount(meters);
        var meter = meters.Create(Name);
        _requests = meter.CreateCounter<long>("mcp_requests_total", description: "MCP requests by method and HTTP status");
        _duration = meter.CreateHistogram(
            "mcp_request_duration_seconds",
            description: "Time from an MCP request to the end of its answer",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _failed = meter.CreateCounter<long>("mcp_requests_failed_total", description: "MCP requests that ended in a failure of ours or of a tool");
        _errors = meter.CreateCounter<long>("mcp_errors_total", description: "MCP requests that ended in an error of any kind, refusals among them, by type");
        _attempts = meter.CreateCounter<long>("authentication_attempts_total", description: "Credentials presented, by result; a request without one is no attempt");
        _authenticationFailures = meter.CreateCounter<long>("mcp_auth_failures_total", description: "Credentials refused, by reason");
        _rateLimitViolations = meter.CreateCounter<long>("mcp_rate_limit_violations_total", description: "Calls refused by a limit, by policy");
        meter.CreateObservableGauge("mcp_active_connections", Active, description: "MCP requests and streams in progress, and open WebSockets");
        meter.CreateObservableGauge("active_connections", Active, description: "The same as mcp_active_connections");
        meter.CreateObservableGauge("mcp_websocket_connections", () => _webSockets.Open, description: "Open WebSockets");
    }

    /// <summary>
    /// Makes the series whose labels are known beforehand. A counter that appears with its first error hides that error from
    /// <c>rate()</c>, and an alert on a counter that never appeared cannot be told from one on a wrong name.
    /// </summary>
    public void BeginAtZero()
    {
        _failed.Add(0, new KeyValuePair<string, object?>("method", McpMethods.CallTool));
        _attempts.Add(0, new KeyValuePair<string, object?>("result", "success"));
        _attempts.Add(0, new KeyValuePair<string, object?>("result", "failure"));
        foreach (var type in ErrorTypes.All)
        {
            _errors.Add(0, new KeyValuePair<string, object?>("error_type", type));
        }

        foreach (var reason in AuthenticationFailures.Reasons)
        {
            _authenticationFailures.Add(0, new KeyValuePair<string, object?>("reason", reason));
        }

        foreach (var policy in RatePolicies.Names)
        {
            _rateLimitViolations.Add(0, new KeyValuePair<string, object?>("policy", policy));
        }
    }

    public void RequestStarted() => Interlocked.Increment(ref _inProgress);

    /// <param name="errorType">One of <see cref="ErrorTypes"/>; null: no error.</param>
    public void RequestEnded(string method, int status, TimeSpan elapsed, bool failed, string? errorType)
    {
        Interlocked.Decrement(ref _inProgress);
        _requests.Add(1, new("method", method), new("status", status));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("method", method));
        if (failed)
        {
            _failed.Add(1, new KeyValuePair<string, object?>("method", method));
        }

        if (errorType is not null)
        {
            _errors.Add(1, new KeyValuePair<string, object?>("error_type", errorType));
        }
    }

    public void Authenticated() => _attempts.Add(1, new KeyValuePair<string, object?>("result", "success"));

    public void NotAuthenticated(string reason)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("result", "failure"));
        _authenticationFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void RateLimited(string policy) => _rateLimitViolations.Add(1, new KeyValuePair<string, object?>("policy", policy));

    public long WebSockets => _webSockets.Open;

    /// <summary>Requests in progress and open WebSockets.</summary>
    public long Active() => Volatile.Read(ref _inProgress) + _webSockets.Open;

    public void Dispose() => _webSockets.Dispose();
}
