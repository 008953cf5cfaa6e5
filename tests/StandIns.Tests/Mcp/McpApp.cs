using System.ComponentModel;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;

namespace StandIns.Tests.Mcp;

/// <summary>A real server on a free loopback port; the header <c>X-User</c> signs a caller in.</summary>
public sealed class McpApp : IAsyncDisposable
{
    public const string Modern = "2026-07-28";
    public const string Legacy = "2025-11-25";

    private readonly WebApplication _app;

    private McpApp(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public Gate Gate => _app.Services.GetRequiredService<Gate>();

    public static async Task<McpApp> StartAsync(
        HttpServerSessionMode mode, Action<HttpServerTransportOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        builder.Services.AddSingleton<Gate>();
        builder.Services.AddMcpServer()
            .WithTools<Tools>()
            .WithHttpTransport(options =>
            {
                options.SessionMode = mode;
                configure?.Invoke(options);
            });

        var app = builder.Build();
        app.Use((http, next) =>
        {
            if (http.Request.Headers["X-User"].ToString() is { Length: > 0 } user)
            {
                http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user)], "test"));
            }

            return next(http);
        });
        app.MapMcp("/mcp");
        await app.StartAsync(cancellationToken);
        return new McpApp(app);
    }

    public Task<McpClient> ConnectAsync(string? version, McpClientHandlers? handlers = null, CancellationToken cancellationToken = default)
    {
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions { Endpoint = new Uri(Http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp });
        return McpClient.CreateAsync(
            transport, new McpClientOptions { ProtocolVersion = version, Handlers = handlers ?? new() }, cancellationToken: cancellationToken);
    }

    /// <summary>A POST as a client of <paramref name="version"/> would send it; null headers are left out.</summary>
    public static HttpRequestMessage Post(string body, string? version = Modern, params (string Name, string? Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (version is not null)
        {
            request.Headers.Add("MCP-Protocol-Version", version);
        }

        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public static string Call(string tool, string arguments = "{}", string id = "7", string version = Modern) =>
        $$"""
        {
          "jsonrpc": "2.0", "id": {{id}}, "method": "tools/call",
          "params": {
            "name": "{{tool}}", "arguments": {{arguments}},
            "_meta": { "io.modelcontextprotocol/protocolVersion": "{{version}}", "io.modelcontextprotocol/clientCapabilities": {} }
          }
        }
        """;

    public static async Task<JsonNode> JsonOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return JsonNode.Parse(response.Content.Headers.ContentType?.MediaType is "text/event-stream" ? text[(text.LastIndexOf("data: ", StringComparison.Ordinal) + 6)..] : text)!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    [McpServerToolType]
    private sealed class Tools
    {
        [McpServerTool(Name = "echo"), Description("Returns the text.")]
        public static string Echo(string text) => text;

        [McpServerTool(Name = "whoami"), Description("Names the caller.")]
        public static string WhoAmI(ClaimsPrincipal? user = null) => user?.FindFirst("sub")?.Value ?? "nobody";

        [McpServerTool(Name = "route"), Description("Has a mirrored argument.")]
        public static string Route([McpHeader("Region")] string? region = null, [McpHeader("Zone")] int? zone = null) => $"{region}/{zone}";

        [McpServerTool(Name = "ask"), Description("Asks the client for its roots count.")]
        public static async Task<string> Ask(McpServer server, CancellationToken cancellationToken)
        {
            await server.NotifyProgressAsync(new("t"), new() { Progress = 1 }, cancellationToken: cancellationToken);
            return server.SessionId ?? "none";
        }

        [McpServerTool(Name = "wait"), Description("Waits for the gate or the caller's patience to end.")]
        public static async Task<string> Wait(Gate gate, CancellationToken cancellationToken)
        {
            gate.Entered.TrySetResult();
            try
            {
                await gate.Open.Task.WaitAsync(cancellationToken);
                return "through";
            }
            catch (OperationCanceledException)
            {
                gate.Cancelled.TrySetResult();
                throw;
            }
        }
    }
}

/// <summary>What the tool <c>wait</c> waits for, and what became of it.</summary>
public sealed class Gate
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
