using System.Text.Json.Nodes;
using McpWorker.InternalAccess;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.InternalAccess;

public sealed class RequestStateTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    [Trait("Requirement", "S-158")]
    public void A_state_comes_back_to_the_same_request_of_the_same_caller_whatever_the_order_of_its_arguments()
    {
        using var states = States();
        var sealedState = states.Seal(Request("""{"name":"t","arguments":{"a":1,"b":{"c":2,"d":[3]}}}"""), "remembered"u8);

        var opened = states.Open(Request($$$"""
            {"arguments":{"b":{"d":[3],"c":2},"a":1},"name":"t","requestState":"{{{sealedState}}}","inputResponses":{"x":{}},"_meta":{"progressToken":9}}
            """));

        Assert.Equal("remembered"u8.ToArray(), opened);
        Assert.Null(states.Open(Request("""{"name":"t","arguments":{}}""")));
    }

    [Theory]
    [Trait("Requirement", "S-158")]
    [InlineData("caller")]
    [InlineData("method")]
    [InlineData("server")]
    [InlineData("name")]
    [InlineData("arguments")]
    [InlineData("age")]
    [InlineData("bytes")]
    [InlineData("length")]
    [InlineData("secret")]
    public void A_state_is_good_for_nothing_else(string altered)
    {
        using var states = States();
        var state = states.Seal(Request("""{"name":"t","arguments":{"a":1}}"""), "remembered"u8);
        _clock.Advance(altered is "age" ? TimeSpan.FromMinutes(16) : TimeSpan.Zero);
        state = altered switch { "bytes" => (state[0] == 'A' ? "B" : "A") + state[1..], "length" => "AAAA", _ => state };
        var parameters = altered switch { "name" => """{"name":"u","arguments":{"a":1}}""", "arguments" => """{"name":"t","arguments":{"a":2}}""", _ => """{"name":"t","arguments":{"a":1}}""" };
        var request = Request(parameters, altered is "caller" ? "bob" : "ann", altered is "method" ? "prompts/get" : "tools/call", altered is "server" ? "files" : null);
        ((JsonRpcRequest)request.JsonRpcMessage).Params!["requestState"] = state;
        using var other = States("another-secret-of-the-tests-that-is-long"); // not-a-secret

        var refused = Assert.Throws<McpProtocolException>(() => (altered is "secret" ? other : states).Open(request));

        Assert.Equal(McpErrorCode.InvalidParams, refused.ErrorCode);
    }

    private static MessageContext Request(string parameters, string subject = "ann", string method = "tools/call", string? server = null)
    {
        var call = new InternalCall(WorkerApp.Caller(subject, "*"), method, "t", "r-1");
        var message = new JsonRpcRequest { Id = new RequestId(1), Method = method, Params = JsonNode.Parse(parameters) };
        var http = new DefaultHttpContext { Request = { RouteValues = { ["server"] = server } } };
        return new MessageContext(McpServer.Create(new StreamableHttpServerTransport(), new McpServerOptions()), message) { User = new(new CallerIdentity(call, http)) };
    }

    private SealedRequestState States(string secret = "a-secret-of-the-tests-that-is-long-enough") => // not-a-secret
        new(Options.Create(new AuthenticationOptions { InternalSecret = secret }), _clock);
}
