using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>How MCP is served over HTTP.</summary>
public class HttpServerTransportOptions
{
    internal const string StatefulObsolete = "Sessions exist only in protocol versions before 2026-07-28.";

    /// <summary>Adapts the server options to one session, or to one request where there are no sessions.</summary>
    public Func<HttpContext, McpServerOptions, CancellationToken, Task>? ConfigureSessionOptions { get; set; }

    /// <summary>Default: <see cref="HttpServerSessionMode.Stateless"/>.</summary>
    public HttpServerSessionMode SessionMode { get; set; } = HttpServerSessionMode.Stateless;

    /// <summary>A session nobody used for so long is ended. Default: 2 hours.</summary>
    [Obsolete(StatefulObsolete, DiagnosticId = "MCP9006")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Above so many idle sessions the longest idle ones are ended. Default: 10,000.</summary>
    [Obsolete(StatefulObsolete, DiagnosticId = "MCP9006")]
    public int MaxIdleSessionCount { get; set; } = 10_000;

    /// <summary>Clock of idle times and keep-alive.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
