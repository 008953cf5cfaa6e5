using System.ComponentModel;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Upstreams;

/// <summary>Somebody else's MCP server on a port of its own, in the era it was written for.</summary>
internal sealed class OrdersServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OrdersServer(WebApplication app) => _app = app;

    public Uri Endpoint => new(new Uri(_app.Urls.Single()), "/mcp");

    public int Port => Endpoint.Port;

    public Journal Journal => _app.Services.GetRequiredService<Journal>();

    public static async Task<OrdersServer> StartAsync(HttpServerSessionMode mode, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<Journal>();
        builder.Services.AddMcpServer().WithTools<Tools>().WithHttpTransport(options => options.SessionMode = mode);
        var app = builder.Build();
        app.Use((http, next) =>
        {
            app.Services.GetRequiredService<Journal>().TraceParents.Add(http.Request.Headers.TraceParent.ToString());
            app.Services.GetRequiredService<Journal>().Headers.Add([.. http.Request.Headers.Keys]);
            return next(http);
        });
        app.MapMcp("/mcp");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new OrdersServer(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [McpServerToolType]
    private sealed class Tools
    {
        [McpServerTool(Name = "orders.find", ReadOnly = true), Description("Finds an order.")]
        public static CallToolResult Find(RequestContext<CallToolRequestParams> request, Journal journal)
        {
            journal.Metas.Add(request.Params.Meta?.ToJsonString() ?? "{}");
            return new CallToolResult
            {
                Content = [new TextContentBlock { Text = "found" }],
                StructuredContent = request.Params.Arguments!["shape"],
            };
        }

        [McpServerTool(Name = "ship"), Description("Ships slowly.")]
        public static async Task<string> ShipAsync(IProgress<ProgressNotificationValue> progress, Journal journal, CancellationToken cancellationToken)
        {
            progress.Report(new ProgressNotificationValue { Progress = 1, Total = 2, Message = "packed" });
            journal.Entered.TrySetResult();
            await journal.Open.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                journal.Cancelled.TrySetResult();
            }

            return "shipped";
        }

        [McpServerTool(Name = "confirm"), Description("Asks its caller, as servers of the older protocol do.")]
        public static async Task<string> ConfirmAsync(McpServer server, Journal journal, string what, CancellationToken cancellationToken)
        {
            journal.Entered.TrySetResult();
            if (what == "later")
            {
                await journal.Open.Task.WaitAsync(cancellationToken);
            }

            var answer = await server.ElicitAsync(Question(what), cancellationToken);
            return $"{what}: {answer.Action} {answer.Content?["name"]}";
        }

        [McpServerTool(Name = "confirm_twice"), Description("Asks twice.")]
        public static async Task<string> ConfirmTwiceAsync(McpServer server, CancellationToken cancellationToken)
        {
            var first = await server.ElicitAsync(Question("first"), cancellationToken);
            var second = await server.ElicitAsync(Question("second"), cancellationToken);
            return $"{first.Content?["name"]} then {second.Content?["name"]}";
        }

        [McpServerTool(Name = "ask_by_result"), Description("Asks its caller, as servers of 2026-07-28 do.")]
        public static string AskByResult(RequestContext<CallToolRequestParams> request, Journal journal)
        {
            journal.Metas.Add(request.Params.Meta?.ToJsonString() ?? "{}");
            if (request.Params.InputResponses?.TryGetValue("name", out var answer) is true)
            {
                return $"{request.Params.RequestState}: {answer.Deserialize(InputResponse.ElicitResultJsonTypeInfo)!.Content!["name"]}";
            }

            throw new InputRequiredException(
                new Dictionary<string, InputRequest>(StringComparer.Ordinal) { ["name"] = InputRequest.ForElicitation(Question("name")) }, "remembered");
        }

        [McpServerTool(Name = "think"), Description("Lets its caller's model answer.")]
        public static async Task<string> ThinkAsync(McpServer server, CancellationToken cancellationToken)
        {
            var answer = await server.SendRequestAsync(new JsonRpcRequest
            {
                Method = "sampling/createMessage",
                Params = JsonNode.Parse("""{ "messages": [{ "role": "user", "content": { "type": "text", "text": "1+1?" } }], "maxTokens": 10 }"""),
            }, cancellationToken);
            return answer.Result!["content"]!["text"]!.GetValue<string>();
        }

        [McpServerTool(Name = "look_around"), Description("Asks for its caller's roots.")]
        public static async Task<string> LookAroundAsync(McpServer server, CancellationToken cancellationToken)
        {
            var answer = await server.SendRequestAsync(new JsonRpcRequest { Method = "roots/list", Params = new JsonObject() }, cancellationToken);
            return answer.Result!["roots"]![0]!["uri"]!.GetValue<string>();
        }

        private static ElicitRequestParams Question(string about) => new()
        {
            Message = $"What is the name for {about}?",
            RequestedSchema = new ElicitRequestParams.RequestSchema
            {
                Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>(StringComparer.Ordinal) { ["name"] = new ElicitRequestParams.StringSchema() },
            },
        };

        [McpServerTool(Name = "fail"), Description("Fails.")]
        public static CallToolResult Fail() => new() { IsError = true, Content = [new TextContentBlock { Text = "out of stock" }] };
    }
}

/// <summary>What the upstream saw, and the door its slow tool waits at.</summary>
internal sealed class Journal
{
    public System.Collections.Concurrent.ConcurrentBag<IReadOnlyList<string>> Headers { get; } = [];

    /// <summary>The header of every request.</summary>
    public System.Collections.Concurrent.ConcurrentBag<string> TraceParents { get; } = [];

    /// <summary>The <c>_meta</c> of every call of <c>orders.find</c>.</summary>
    public System.Collections.Concurrent.ConcurrentBag<string> Metas { get; } = [];

    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
