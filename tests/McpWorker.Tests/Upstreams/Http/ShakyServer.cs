using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Upstreams.Http;

/// <summary>An MCP server with an authorization server beside it, both of which do first what the test says.</summary>
internal sealed class ShakyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ShakyServer(WebApplication app) => _app = app;

    public Uri Endpoint => new(new Uri(_app.Urls.Single()), "/mcp");

    public Uri TokenEndpoint => new(new Uri(_app.Urls.Single()), "/token");

    /// <summary>Asked before each MCP request with the method in its headers; true: the request has been dealt with.</summary>
    public Func<HttpContext, string, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>What the token endpoint answers.</summary>
    public Func<HttpContext, Task> Token { get; set; } = http => http.Response.WriteAsync("{}");

    public ConcurrentQueue<string> Methods { get; } = [];

    public int Count(string method) => Methods.Count(seen => seen == method);

    public static async Task<ShakyServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddMcpServer().WithTools<Tools>().WithHttpTransport();
        var app = builder.Build();
        var server = new ShakyServer(app);
        app.MapPost("/token", http => server.Token(http));
        app.Use(async (http, next) =>
        {
            if (http.Request.Path == "/mcp")
            {
                var method = http.Request.Headers["Mcp-Method"].ToString();
                server.Methods.Enqueue(method);
                if (await server.Before(http, method))
                {
                    return;
                }
            }

            await next(http);
        });
        app.MapMcp("/mcp");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Func<HttpContext, string, Task<bool>> Fail(string method, int times, int status = 503)
    {
        var left = times;
        return (http, seen) =>
        {
            var fails = seen == method && Interlocked.Decrement(ref left) >= 0;
            http.Response.StatusCode = fails ? status : http.Response.StatusCode;
            return Task.FromResult(fails);
        };
    }

    public static Task GiveTokenAsync(HttpContext http, string token, int seconds) => http.Response.WriteAsync(
        JsonSerializer.Serialize(new { access_token = token, token_type = "Bearer", expires_in = seconds }));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [McpServerToolType]
    private sealed class Tools
    {
        [McpServerTool(Name = "look", ReadOnly = true), Description("Looks.")]
        public static string Look() => "seen";

        [McpServerTool(Name = "order"), Description("Orders.")]
        public static string Order() => "ordered";

        [McpServerTool(Name = "shout", ReadOnly = true), Description("Answers at length.")]
        public static string Shout() => new('x', 100_000);
    }
}
