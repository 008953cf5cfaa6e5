using McpWorker.Arguments;
using McpWorker.InternalAccess;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ServiceDefaults;

namespace McpWorker.Tools;

/// <summary>Serves the catalogue over MCP: <c>/mcp</c> with everything, <c>/mcp/{server}</c> with one server's tools under their own names.</summary>
internal static class ToolsFeature
{
    private const string ServerRouteValue = "server";

    public static void AddTools(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ToolCatalog>();
        builder.Services.AddSingleton<RunningCalls>();
        builder.Services.AddSingleton<ToolArguments>();
        builder.Services.AddSingleton<TimeLimit>();
        builder.Services.AddSingleton<Bulkheads>();
        builder.Services.AddSingleton<ToolRetries>();
        builder.Services.AddSingleton<ToolCalls>();
        builder.Services.AddSingleton<ReadFailures>();
        builder.Services.AddSingleton<ToolMetrics>();
        builder.Services.AddSingleton<ToolSpans>();
        builder.Services.AddSingleton<ToolEvents>();

        builder.Services
            .AddMcpServer(options =>
            {
                options.ServerInfo = new Implementation { Name = "mcp-platform", Title = "MCP platform", Version = ProductVersion.Current };
                options.ScopeRequests = true;
            })
            .WithHttpTransport(transport =>
            {
                // Older clients are served without sessions: any worker can then answer any of their requests.
                transport.SessionMode = HttpServerSessionMode.Stateless;
                transport.ConfigureSessionOptions = (http, options, _) =>
                {
                    var page = PageOf(http)!;
                    options.ToolCollection = page.Tools;
                    options.ResourceCollection = page.Resources.IsEmpty ? null : page.Resources;
                    return Task.CompletedTask;
                };
            })
            .WithRequestFilters(filters =>
            {
                filters.AddCallToolFilter(next => async (request, cancellationToken) =>
                {
                    using var running = request.Services!.GetRequiredService<RunningCalls>().Begin(ToolAddress.Of(request.MatchedPrimitive));
                    return await next(request, cancellationToken);
                });
                filters.AddReadResourceFilter(next => async (request, cancellationToken) =>
                {
                    using var running = request.Services!.GetRequiredService<RunningCalls>().Begin(ToolAddress.Of(request.MatchedPrimitive));
                    return await next(request, cancellationToken);
                });
                filters.AddCallToolFilter(next => (request, cancellationToken) =>
                    request.Services!.GetRequiredService<ToolCalls>().RunAsync(request, next, cancellationToken));
                filters.AddListToolsFilter(next => async (request, cancellationToken) =>
                    ToolLists.Arrange(await next(request, cancellationToken), request));
                filters.AddReadResourceFilter(next => (request, cancellationToken) =>
                    ReadFailures.Of(request).RunAsync(request, request.Params.Uri, next, cancellationToken));
                filters.AddGetPromptFilter(next => (request, cancellationToken) =>
                    ReadFailures.Of(request).RunAsync(request, request.Params.Name, next, cancellationToken));
                filters.AddReadResourceFilter(next => (request, cancellationToken) => ResourceReads.RunAsync(request, next, cancellationToken));
                filters.AddListResourcesFilter(next => async (request, cancellationToken) =>
                    ResourceReads.Arrange(await next(request, cancellationToken), request));
            });
    }

    public static void MapTools(this WebApplication app)
    {
        app.MapMcp("/mcp").RequireInternalCall();
        app.MapMcp($"/mcp/{{{ServerRouteValue}}}").RequireInternalCall();
    }

    /// <summary>What the endpoint of this request serves; null when it names a server that is not here.</summary>
    public static ToolCatalog.Page? PageOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<ToolCatalog>().Find(http.GetRouteValue(ServerRouteValue) as string);
}
