using System.Diagnostics.Metrics;

namespace McpGateway.Telemetry;

/// <summary>What the gateway counts and times. Names are those dashboards and alert rules use; they carry no units.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string Name = "McpPlatform.Gateway";

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _authenticationFailures;
    private readonly Counter<long> _rateLimitViolations;
    private int _active;
    private int _limitsAreLocal;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _requests = _meter.CreateCounter<long>("mcp_requests_total", description: "MCP requests by method and HTTP status");
        _duration = _meter.CreateHistogram(
            "mcp_request_duration_seconds",
            description: "Time from an MCP request to the end of its answer",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _failed = _meter.CreateCounter<long>("mcp_requests_failed_total", description: "MCP requests that ended in a failure of ours or of a tool");
        _attempts = _meter.CreateCounter<long>("authentication_attempts_total", description: "Credentials checked, by result");
        _authenticationFailures = _meter.CreateCounter<long>("mcp_auth_failures_total", description: "Credentials refused, by reason");
        _rateLimitViolations = _meter.CreateCounter<long>("mcp_rate_limit_violations_total", description: "Calls refused by a limit, by policy");
        _meter.CreateObservableGauge("mcp_active_connections", () => _active, description: "MCP requests and streams in progress");
        _meter.CreateObservableGauge("mcp_rate_limit_fallback", () => _limitsAreLocal, description: "1 while limits are counted by each gateway alone");
    }

    public void RequestStarted() => Interlocked.Increment(ref _active);

    public void RequestEnded(string method, int status, TimeSpan elapsed, bool failed)
    {
        Interlocked.Decrement(ref _active);
        _requests.Add(1, new("method", method), new("status", status));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("method", method));
        if (failed)
        {
            _failed.Add(1, new KeyValuePair<string, object?>("method", method));
        }
    }

    public void Authenticated() => _attempts.Add(1, new KeyValuePair<string, object?>("result", "success"));

    public void NotAuthenticated(string reason)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("result", "failure"));
        _authenticationFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void RateLimited(string policy) => _rateLimitViolations.Add(1, new KeyValuePair<string, object?>("policy", policy));

    public void LimitsAreLocal(bool local) => Volatile.Write(ref _limitsAreLocal, local ? 1 : 0);

    public void Dispose() => _meter.Dispose();
}
