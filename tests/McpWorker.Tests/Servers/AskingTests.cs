using System.Net;
using System.Text.Json.Nodes;
using McpWorker.Tests.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Servers;

/// <summary>Servers that ask their callers, in either era, and callers that answer in theirs.</summary>
public sealed class AskingTests(PostgresServer postgres)
{
    private const string Modern = "2026-07-28";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("confirm", "pizza: accept Ann")]
    [InlineData("confirm_twice", "Ann then Ann")]
    [InlineData("think", "two")]
    [InlineData("look_around", "file:///home/ann")]
    public async Task An_older_server_asks_a_modern_caller_and_goes_on_with_the_answer(string tool, string expected)
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateful);
        await using var worker = await StartAsync(orders);
        await using var client = await worker.ConnectAsync(version: Modern, handlers: Callers.Ann());

        var result = await client.CallAsync($"orders__{tool}", ("what", "pizza"));

        Assert.Equal(expected, result.TextOf());
    }

    [Theory]
    [InlineData("2025-11-25", HttpServerSessionMode.Stateful, "confirm", "pizza: accept Ann")]
    [InlineData("2025-11-25", HttpServerSessionMode.Stateful, "confirm_twice", "Ann then Ann")]
    [InlineData("2025-11-25", HttpServerSessionMode.Stateful, "think", "two")]
    [InlineData("2025-11-25", HttpServerSessionMode.Stateful, "look_around", "file:///home/ann")]
    [InlineData("2025-11-25", HttpServerSessionMode.Stateless, "ask_by_result", "remembered: Ann")]
    [InlineData("2025-06-18", HttpServerSessionMode.Stateful, "confirm", "pizza: accept Ann")]
    [InlineData("2025-06-18", HttpServerSessionMode.Stateless, "ask_by_result", "remembered: Ann")]
    public async Task A_server_of_either_era_asks_an_older_caller_with_a_session(string version, HttpServerSessionMode mode, string tool, string expected)
    {
        await using var orders = await OrdersServer.StartAsync(mode);
        await using var worker = await StartAsync(orders);
        await using var client = await worker.ConnectAsync(version: version, handlers: Callers.Ann());

        var result = await client.CallAsync($"orders__{tool}", ("what", "pizza"));

        Assert.Equal(expected, result.TextOf());
    }

    [Fact]
    public async Task A_modern_server_asks_a_modern_caller()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        await using var worker = await StartAsync(orders);
        await using var client = await worker.ConnectAsync(version: Modern, handlers: Callers.Ann());

        var result = await client.CallAsync("orders__ask_by_result");

        Assert.Equal("remembered: Ann", result.TextOf());
        Assert.All(orders.Journal.Metas, meta => Assert.Contains("\"elicitation\"", meta, StringComparison.Ordinal));
        Assert.All(orders.Journal.Metas, meta => Assert.Contains("\"sampling\"", meta, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HttpServerSessionMode.Stateful, "confirm", "does not offer elicitation/create")]
    [InlineData(HttpServerSessionMode.Stateful, "think", "does not offer sampling/createMessage")]
    [InlineData(HttpServerSessionMode.Stateless, "ask_by_result", "asks for elicitation/create, which this client does not offer")]
    public async Task A_caller_is_asked_only_what_its_client_offers(HttpServerSessionMode mode, string tool, string told)
    {
        await using var orders = await OrdersServer.StartAsync(mode);
        await using var worker = await StartAsync(orders);
        await using var client = await worker.ConnectAsync(version: Modern);

        Assert.Contains(told, await FailureOf(client.CallAsync($"orders__{tool}", ("what", "pizza"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_call_resumes_for_its_caller_with_its_arguments_and_once()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateful);
        await using var worker = await StartAsync(orders);
        using var ann = worker.GatewayClient(WorkerApp.Admin);
        using var eve = worker.GatewayClient(WorkerApp.Caller("eve", "*"));

        var asked = await CallAsync(ann, "pizza");
        var state = asked["result"]!["requestState"]!.GetValue<string>();
        var question = asked["result"]!["inputRequests"]!.AsObject().Single();
        var answers = new JsonObject { [question.Key] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["name"] = "Ann" } } };

        var byAnother = await CallAsync(eve, "pizza", state, answers);
        var forAnother = await CallAsync(ann, "pasta", state, answers);
        var altered = await CallAsync(ann, "pizza", state[..^1] + (state[^1] == 'A' ? 'B' : 'A'), answers);
        var withoutAnswer = await CallAsync(ann, "pizza", state, []);
        var next = withoutAnswer["result"]!["requestState"]!.GetValue<string>();
        var answered = await CallAsync(ann, "pizza", next, answers);
        var again = await CallAsync(ann, "pizza", next, answers);

        Assert.Equal("input_required", asked["result"]!["resultType"]!.GetValue<string>());
        Assert.Equal("elicitation/create", question.Value!["method"]!.GetValue<string>());
        Assert.Equal("What is the name for pizza?", question.Value!["params"]!["message"]!.GetValue<string>());
        Assert.All([byAnother, forAnother, altered, again], refused => Assert.Equal(-32602, refused["error"]!["code"]!.GetValue<int>()));
        Assert.Equal(question.Key, withoutAnswer["result"]!["inputRequests"]!.AsObject().Single().Key);
        Assert.Equal("pizza: accept Ann", answered["result"]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_waiting_call_does_not_resume_at_another_server_with_a_tool_of_the_same_name()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateful);
        await using var worker = await StartAsync(orders, also: $"twin={orders.Endpoint}");
        using var ann = worker.GatewayClient(WorkerApp.Admin);

        var asked = await CallAsync(ann, "pizza", tool: "confirm", path: "/mcp/orders");
        var state = asked["result"]!["requestState"]!.GetValue<string>();
        var answers = new JsonObject
        {
            [asked["result"]!["inputRequests"]!.AsObject().Single().Key] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["name"] = "Ann" } },
        };
        var elsewhere = await CallAsync(ann, "pizza", state, answers, "confirm", "/mcp/twin");
        var here = await CallAsync(ann, "pizza", state, answers, "confirm", "/mcp/orders");

        Assert.Equal(-32602, elsewhere["error"]!["code"]!.GetValue<int>());
        Assert.Equal("pizza: accept Ann", here["result"]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_state_of_a_modern_server_is_good_for_its_caller_alone()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        await using var worker = await StartAsync(orders);
        using var ann = worker.GatewayClient(WorkerApp.Admin);
        using var eve = worker.GatewayClient(WorkerApp.Caller("eve", "*"));
        var answers = new JsonObject { ["name"] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["name"] = "Ann" } } };

        var asked = await CallAsync(ann, "x", tool: "orders__ask_by_result");
        var state = asked["result"]!["requestState"]!.GetValue<string>();
        var byAnother = await CallAsync(eve, "x", state, answers, "orders__ask_by_result");
        var answered = await CallAsync(ann, "x", state, answers, "orders__ask_by_result");

        Assert.NotEqual("remembered", state);
        Assert.Equal(-32602, byAnother["error"]!["code"]!.GetValue<int>());
        Assert.Equal("remembered: Ann", answered["result"]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_caller_that_does_not_come_back_ends_its_call()
    {
        var clock = new ManualTimeProvider();
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateful);
        await using var worker = await StartAsync(orders, services => services.AddSingleton<TimeProvider>(clock));
        using var ann = worker.GatewayClient(WorkerApp.Admin);

        var asked = await CallAsync(ann, "pizza");
        clock.Advance(TimeSpan.FromMinutes(6));
        var late = await CallAsync(ann, "pizza", asked["result"]!["requestState"]!.GetValue<string>(), []);

        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_question_unanswered", Token);
        Assert.Equal(-32602, late["error"]!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_question_that_could_be_for_either_of_two_callers_reaches_neither()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateful);
        await using var worker = await StartAsync(orders);
        var askedOfBob = 0;
        await using var ann = await worker.ConnectAsync(version: Modern, handlers: Callers.Ann());
        await using var bob = await worker.ConnectAsync(WorkerApp.Caller("bob", "*"), Modern, handlers: new McpClientHandlers
        {
            ElicitationHandler = (_, _) =>
            {
                Interlocked.Increment(ref askedOfBob);
                return new ValueTask<ElicitResult>(new ElicitResult { Action = "decline" });
            },
        });

        var waiting = bob.CallAsync("orders__ship").AsTask();
        await orders.Journal.Entered.Task.WaitAsync(Token);
        var refused = await FailureOf(ann.CallAsync("orders__confirm", ("what", "pizza")));
        orders.Journal.Open.TrySetResult();
        await waiting;
        var alone = await ann.CallAsync("orders__confirm", ("what", "pizza"));

        Assert.Contains("exclusive: true", refused, StringComparison.Ordinal);
        Assert.Equal(0, askedOfBob);
        Assert.Equal("pizza: accept Ann", alone.TextOf());
        var said = await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_question_refused", Token);
        Assert.Contains("exclusive: true", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_given_up_call_asks_late_reaches_nobody_else()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateful);
        await using var worker = await StartAsync(orders);
        await using var ann = await worker.ConnectAsync(version: Modern, handlers: Callers.Ann());
        var bobs = new List<string>();
        await using var bob = await worker.ConnectAsync(WorkerApp.Caller("bob", "*"), Modern, handlers: new McpClientHandlers
        {
            ElicitationHandler = (question, _) =>
            {
                bobs.Add(question!.Message);
                return new ValueTask<ElicitResult>(new ElicitResult { Action = "decline" });
            },
        });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var given = ann.CallToolAsync("orders__confirm", new Dictionary<string, object?>(StringComparer.Ordinal) { ["what"] = "later" }, cancellationToken: leaving.Token).AsTask();
        await orders.Journal.Entered.Task.WaitAsync(Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => given);
        var bobsCall = bob.CallAsync("orders__ship").AsTask();
        orders.Journal.Open.TrySetResult();
        await bobsCall;

        Assert.Empty(bobs);
    }

    /// <summary>Servers tell what went wrong by a result or by an error of the protocol.</summary>
    private static async Task<string> FailureOf(ValueTask<CallToolResult> call)
    {
        try
        {
            var result = await call;
            Assert.True(result.IsError);
            return result.TextOf();
        }
        catch (McpProtocolException exception)
        {
            return exception.Message;
        }
    }

    private static async Task<JsonNode> CallAsync(
        HttpClient client, string what, string? state = null, JsonObject? answers = null, string tool = "orders__confirm", string path = "/mcp")
    {
        var parameters = new JsonObject
        {
            ["name"] = tool,
            ["arguments"] = new JsonObject { ["what"] = what },
            ["_meta"] = new JsonObject
            {
                [MetaKeys.ProtocolVersion] = Modern,
                [MetaKeys.ClientCapabilities] = new JsonObject { ["elicitation"] = new JsonObject() },
            },
        };
        if (state is not null)
        {
            parameters["requestState"] = state;
            parameters["inputResponses"] = answers?.DeepClone();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("MCP-Protocol-Version", Modern);
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", tool);
        request.Content = WorkerApp.Body(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/call", ["params"] = parameters }.ToJsonString());
        using var response = await client.SendAsync(request, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonNode.Parse(body.StartsWith('{') ? body : body.Split('\n').Last(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..])!;
    }

    private async Task<WorkerApp> StartAsync(OrdersServer orders, Action<IServiceCollection>? configure = null, string? also = null)
    {
        var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["media"], UpstreamServers = [$"orders={orders.Endpoint}", .. also is null ? (string[])[] : [also]] }, configure);
        _ = worker.Server;
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published" && Equals(entry.Fields["Server"], "orders"), Token);
        if (also is not null)
        {
            await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published" && Equals(entry.Fields["Server"], "twin"), Token);
        }

        return worker;
    }
}
