using McpModules;
using McpWorker.Arguments;
using McpWorker.InternalAccess;
using McpWorker.Tools.Lists;
using McpWorker.Tools.Subscriptions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Tools;

/// <summary>
/// Serves the catalogue over MCP: <c>/mcp</c> with everything, <c>/mcp/{server}</c> with one server's share under its own
/// names; to clients of 2026-07-28 without sessions, to older ones with them.
/// </summary>
internal static class ToolsFeature
{
    private const string ServerRouteValue = "server";

    public static void AddTools(this WebApplicationBuilder builder)
    {
        // What fails is told by ToolCalls, ReadFailures and the servers' connections, once and without what callers sent; the
        // SDK would tell it again as an error, with the texts that quote arguments (S-212).
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.Critical);

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
        builder.Services.AddSingleton<RememberedLists>();
        builder.Services.AddSingleton<MovingResources>();
        builder.Services.AddSingleton<CallerLists>();
        builder.Services.AddSingleton<ResourceUpdates>();
        builder.Services.AddSingleton<IResourceUpdates>(services => services.GetRequiredService<ResourceUpdates>());
        builder.Services.AddSingleton<ListenStreams>();
        builder.Services.AddSingleton<SessionSubscriptions>();

        builder.Services.AddOptions<HttpServerTransportOptions>().Configure<IOptions<McpSessionOptions>, TimeProvider>(BoundSessions);
        builder.Services
            .AddMcpServer(options =>
            {
                options.ServerInfo = new Implementation { Name = "mcp-platform", Title = "MCP platform", Version = ProductVersion.Current };
                options.ScopeRequests = true;
            })
            .WithHttpTransport(transport =>
            {
                transport.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
                transport.ConfigureSessionOptions = (http, options, _) =>
                {
                    Serve(EndpointOf(http)!, http.Features.GetRequiredFeature<MessageHead>(), options);
                    return Task.CompletedTask;
                };
            })
            .WithMessageFilters(filters => filters.AddCatalogMessageFilters())
            .WithRequestFilters(filters => filters.AddCatalogFilters());
        builder.Services.AddOptions<McpServerOptions>().Configure<ListenStreams, SessionSubscriptions>(AddHandlers);
    }

    /// <summary>Stands behind the internal access, which says what the message is.</summary>
    public static void UseTools(this WebApplication app) => app.UseMiddleware<SessionlessCalls>();

    public static void MapTools(this WebApplication app)
    {
        app.MapMcp("/mcp").RequireInternalCall();
        app.MapMcp($"/mcp/{{{ServerRouteValue}}}").RequireInternalCall();
    }

    /// <summary>The endpoint of this request; null when it names a server that is not here.</summary>
    public static LivePage? EndpointOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<ToolCatalog>().Find(ServerOf(http));

    /// <summary>The server this request names by its path; null: none.</summary>
    public static string? ServerOf(HttpContext http) => http.GetRouteValue(ServerRouteValue) as string;

    /// <summary>The SDK reads through every prompt and template of its options each time, so a request that needs none is given none.</summary>
    public static void Serve(LivePage endpoint, MessageHead head, McpServerOptions options)
    {
        options.ToolCollection = endpoint.Tools;
        if (head.Method is not (RequestMethods.ToolsCall or RequestMethods.ToolsList))
        {
            options.PromptCollection = endpoint.Prompts;
            options.ResourceCollection = endpoint.Resources;
            options.Capabilities = new ServerCapabilities { Resources = new ResourcesCapability { Subscribe = true } };
        }
    }

    private static void AddHandlers(McpServerOptions options, ListenStreams streams, SessionSubscriptions subscriptions)
    {
        options.Handlers.SubscriptionsListenHandler = streams.ListenAsync;
        options.Handlers.SubscribeToResourcesHandler = subscriptions.SubscribeAsync;
        options.Handlers.UnsubscribeFromResourcesHandler = subscriptions.UnsubscribeAsync;
        options.Handlers.CompleteHandler = Completions.AskOwnerAsync;
    }

    private static void BoundSessions(HttpServerTransportOptions transport, IOptions<McpSessionOptions> sessions, TimeProvider clock)
    {
        transport.TimeProvider = clock;
#pragma warning disable MCP9006 // sessions are for clients of older protocol versions, which we serve
        transport.IdleTimeout = TimeSpan.FromSeconds(sessions.Value.IdleTimeoutSeconds);
        transport.MaxIdleSessionCount = sessions.Value.MaxIdle;
#pragma warning restore MCP9006
    }
}
