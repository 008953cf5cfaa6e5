using System.Collections.Frozen;
using static ServiceDefaults.ResourceNames;
using static ServiceDefaults.Telemetry.Metrics.Catalog.MetricDefinition;

namespace ServiceDefaults.Telemetry.Metrics.Catalog;

/// <summary>
/// Every metric of ours: docs/METRICS.md is written from it, each instrument is bounded by it, and tests hold the scrapes of
/// the three services to it.
/// </summary>
public static class MetricCatalog
{
    private const string Counter = "counter";
    private const string Gauge = "gauge";
    private const string Histogram = "histogram";

    private static readonly (string, string) Method = ("method", "a method of MCP or HTTP, `other`");
    private static readonly (string, string) Policy = ("policy", "`key`, `user`, `global`");

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        new("mcp_requests_total", Counter, [Method, ("status", "HTTP status")], Gateway, "MCP requests.", "S-179, S-180", 500),
        new("mcp_request_duration_seconds", Histogram, [Method], Gateway, "Seconds from an MCP request to the end of its answer.", "S-180", 30),
        new("mcp_requests_failed_total", Counter, [Method], Gateway, "MCP requests that ended in a failure of ours or of a tool; refusals are none.", "S-183", 30),
        new("mcp_errors_total", Counter, [("error_type", "`tool_error`, `protocol`, `malformed`, `unauthenticated`, `permission_denied`, `rate_limited`, `too_large`, `session_unknown`, `credentials_unverifiable`, `no_worker`, `worker_failed`, `worker_timeout`, `internal`")], Gateway, "MCP requests that ended in an error of any kind, refusals among them.", "S-182", 20),
        new("mcp_active_connections", Gauge, [], Gateway, "MCP requests and streams in progress, and open WebSockets.", "S-181", 1),
        new("active_connections", Gauge, [], Gateway, "The same as `mcp_active_connections`.", "S-188", 1),
        new("mcp_websocket_connections", Gauge, [], Gateway, "Open WebSockets.", "S-200", 1),
        new("authentication_attempts_total", Counter, [("result", "`success`, `failure`")], Gateway, "Credentials presented; a request without one is no attempt.", "S-185", 5),
        new("mcp_auth_failures_total", Counter, [("reason", "`malformed`, `kind_not_accepted`, `conflicting`, `unknown_key`, `revoked`, `expired`, `token_not_yet_valid`, `bad_signature`, `bad_claims`, `store_unavailable`")], Gateway, "Credentials refused.", "S-184", 20),
        new("user_sessions_active", Gauge, [], Gateway, "Sessions of people that are neither expired nor revoked, the same from every gateway; absent while PostgreSQL cannot be asked.", "S-197", 1),
        new("api_quota_remaining", Gauge, [Policy], Gateway, "Calls left to the caller nearest its limit; absent for a policy nobody used in the last ten minutes.", "S-198", 20),
        new("mcp_rate_limit_violations_total", Counter, [Policy], Gateway, "Calls refused by a limit.", "", 20),
        new("mcp_rate_limit_fallback", Gauge, [], Gateway, "1 while each gateway counts limits alone, else 0.", "", 1),
        new("mcp_circuit_state", Gauge, [("circuit", "`redis_limits`")], Gateway, "1 while a dependency is not asked because it failed, else 0.", "", 20),

        new("tools_executed_total", Counter, [("tool", "a tool of the catalogue"), ("version", "the tool's version: its own, or its module's"), ("result", "`success`, `error`, `timeout`, `cancelled`")], Worker, "Tool calls that ended. Names nobody offers make no series.", "S-195", 10_000),
        new("tool_retries_total", Counter, [("tool", "a tool of the catalogue")], Worker, "Further attempts of tool calls that failed for a passing reason.", "S-141", 5_000),
        new("mcp_server_busy_total", Counter, [("server", "a server of the catalogue")], Worker, "Tool calls refused because their server had as many as it may have, and as many waiting.", "", 500),
        new("mcp_cache_hits_total", Counter, [("level", "`memory`, `redis`")], Worker, "Tool results found where they were kept.", "S-329", 5),
        new("mcp_cache_misses_total", Counter, [("level", "`memory`, `redis`")], Worker, "Tool results looked for there and not found; a miss in both is a result that was computed.", "S-329", 5),
        new("mcp_cache_entries", Gauge, [], Worker, "Tool results this worker keeps in memory.", "S-327", 1),
        new("mcp_cache_alone", Gauge, [], Worker, "1 while this worker keeps results for itself, and for seconds only, because Redis does not answer, else 0.", "", 1),
        new("resources_accessed_total", Counter, [("server", "a server of the catalogue"), ("result", "`success`, `error`, `cancelled`")], Worker, "Resource reads that ended.", "S-196", 1_000),
        new("mcp_module_health", Gauge, [("module", "an enabled module")], Worker, "1 for a module that works, 0 for one that does not, by the last health probe.", "S-201", 100),
        new("mcp_hosted_server_up", Gauge, [("server", "a hosted server of the configuration")], Worker, "1 while a process of the server runs in this worker, else 0: also of one that is started on demand and has nothing to do.", "", 100),
        new("mcp_hosted_server_restarts_total", Counter, [("server", "as above")], Worker, "Starts of its processes after an end nobody wanted.", "", 100),
        new("mcp_hosted_server_memory_bytes", Gauge, [("server", "as above")], Worker, "Memory in RAM of its processes, without the files they map, as of the last second. Linux only.", "", 100),
        new("mcp_server_up", Gauge, [("server", "a server under `servers:` or of `MCP_UPSTREAM_SERVERS`")], Worker, "1 while a server of others can take calls, also after a start on demand, else 0.", "", 100),

        new("mcp_backup_runs_total", Counter, [("result", "`success`, `failure`")], Backup, "Backup runs of this service; those of the verb `backup` show in the gauges below alone.", "S-202", 5),
        new("mcp_backup_sets", Gauge, [], Backup, "Sets in the repository.", "S-202", 1),
        new("mcp_backup_last_success_timestamp_seconds", Gauge, [], Backup, "Unix time of the newest verified set; this and the next three are absent while there is none.", "S-202", 1),
        new("mcp_backup_last_verified_timestamp_seconds", Gauge, [], Backup, "Unix time of its newest verification.", "S-202", 1),
        new("mcp_backup_last_duration_seconds", Gauge, [], Backup, "Seconds it took to make.", "S-202", 1),
        new("mcp_backup_last_size_bytes", Gauge, [], Backup, "Its stored size.", "S-202", 1),

        new("http_requests_total", Counter, [("method", "an HTTP method, `_OTHER`"), ("route", "the template of the endpoint, `unmatched`"), ("status", "HTTP status")], Everywhere, "HTTP requests answered, on the API port.", "S-187", 1_000),
        new("http_request_duration_seconds", Histogram, [("method", "as above"), ("route", "as above"), ("status_code", "HTTP status")], Everywhere, "Seconds from the first byte of a request to the last of its response.", "S-186", 1_000),
        new("mcp_database_pool_available", Gauge, [], Everywhere, "Connections to PostgreSQL that can still be taken: the pool's maximum less those in use. This and the next two are absent until the pool is made.", "S-199", 1),
        new("mcp_database_pool_in_use", Gauge, [], Everywhere, "Connections in use.", "S-199", 1),
        new("mcp_database_pool_size", Gauge, [], Everywhere, "Connections the pool may have at most.", "S-199", 1),
        new("cpu_utilization_percent", Gauge, [], Everywhere, "0 to 100: share of the cores the process may use (its quota, where it has one) that it used over the last ten seconds.", "S-190", 1),
        new("memory_usage_bytes", Gauge, [], Everywhere, "Memory the service uses: that of its process that is in RAM.", "S-191", 1),
        new("process_resident_memory_bytes", Gauge, [], Everywhere, "The same, under the name Prometheus' own clients give it.", "S-189", 1),
        new("disk_io_operations", Gauge, [("direction", "`read`, `write`")], Everywhere, "Read and write calls of the process since its start, whether the disk or the cache answered; pipes and terminals count, sockets do not. Linux only.", "S-192", 2),
        new("network_throughput_bytes", Gauge, [("direction", "`receive`, `transmit`")], Everywhere, "Bytes over all interfaces of the machine or container since they came up, loopback among them; take `rate()` for the throughput.", "S-193", 2),
        new("process_open_fds", Gauge, [], Everywhere, "Open file descriptors: files, sockets, pipes. Linux only.", "S-194", 1),
        new("process_max_fds", Gauge, [], Everywhere, "File descriptors it may have open. Linux only.", "S-194", 1),
        new("process_count", Gauge, [], Everywhere, "The process and those it started, directly or not, as of the last ten seconds: a worker's hosted servers count here. Linux only.", "S-194", 1),
        new("process_start_time_seconds", Gauge, [], Everywhere, "Unix time at which the process started.", "S-194", 1),
    ];

    internal static FrozenDictionary<string, int> Bounds { get; } = All.ToFrozenDictionary(metric => metric.Name, metric => metric.Most, StringComparer.Ordinal);
}
