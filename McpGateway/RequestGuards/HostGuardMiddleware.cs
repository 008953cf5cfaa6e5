namespace McpGateway.RequestGuards;

/// <summary>Refuses requests under a foreign Host or from a foreign Origin with 403. Probes come under any name; the metrics port never gets here.</summary>
internal sealed partial class HostGuardMiddleware(
    RequestDelegate next,
    HostPolicy policy,
    IProblemDetailsService problems,
    ILogger<HostGuardMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (IsProbe(context) || (policy.AcceptsHost(context.Request.Host) && AcceptsOrigins(context.Request)))
        {
            return next(context);
        }

        return RefuseAsync(context);
    }

    private static bool IsProbe(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        || context.Request.Path.Equals("/alive", StringComparison.OrdinalIgnoreCase);

    private bool AcceptsOrigins(HttpRequest request)
    {
        foreach (var origin in request.Headers.Origin)
        {
            if (origin is null || !policy.AcceptsOrigin(origin))
            {
                return false;
            }
        }

        return true;
    }

    private async Task RefuseAsync(HttpContext context)
    {
        LogRefused(context.Request.Host.Value, context.Request.Headers.Origin);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = StatusCodes.Status403Forbidden,
                Detail = "This Host or Origin is not accepted. Its name belongs in MCP_ALLOWED_HOSTS, or the origin in MCP_CORS_ORIGINS.",
            },
        });
    }

    [LoggerMessage(LogLevel.Warning, "Refused a request under the host {Host} from the origin {Origin}", EventName = "host_refused")]
    private partial void LogRefused(string? host, string? origin);
}
