using System.Text;
using McpGateway.Envelope;

namespace McpGateway.Tests.Envelope;

public sealed class EnvelopeReaderTests
{
    [Fact]
    public void A_tool_call_tells_method_tool_id_and_version()
    {
        var envelope = Read("""
            {"jsonrpc":"2.0","id":"a\"b","method":"tools/call","params":{"arguments":{"name":"decoy","method":"decoy"},"name":"media_get",
             "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
            """);

        Assert.Null(envelope.Fault);
        Assert.Equal(McpMessageKind.Request, envelope.Kind);
        Assert.Equal("tools/call", envelope.Method);
        Assert.Equal("media_get", envelope.Target);
        Assert.Equal("\"a\\\"b\"", Encoding.UTF8.GetString(envelope.Id.Span));
        Assert.Equal("2026-07-28", envelope.DeclaredVersion);
    }

    [Theory]
    [InlineData("\"call:worker-1:abc\"", "worker-1")]
    [InlineData("\"AAECAwQ\"", null)]
    [InlineData("\"call:\"", null)]
    [InlineData("{\"call:worker-1:abc\":1}", null)]
    [InlineData("7", null)]
    public void The_worker_a_call_waits_at_is_read_from_its_state(string state, string? instance)
    {
        var envelope = Read($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"requestState":{{{state}}},"name":"orders__ship"}}""");

        Assert.Null(envelope.Fault);
        Assert.Equal(instance, envelope.WaitsAt);
        Assert.Equal("orders__ship", envelope.Target);
    }

    [Fact]
    public void Escaped_spellings_are_the_same_names()
    {
        var envelope = Read("""{"jsonrpc":"2.0","id":1,"\u006dethod":"tools\/call","params":{"n\u0061me":"media\u005fget"}}""");

        Assert.Null(envelope.Fault);
        Assert.Equal(("tools/call", "media_get"), (envelope.Method, envelope.Target));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"safe","name":"evil"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"safe","Name":"evil"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"safe","N\u0041ME":"evil"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","Method":"tools/call","params":{"name":"evil"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"safe"},"PARAMS":{"name":"evil"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""")]
    public void A_message_two_readers_could_read_differently_is_refused(string json)
    {
        Assert.Equal(EnvelopeFault.Ambiguous, Read(json).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("42")]
    [InlineData("""{"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"} trailing""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping",}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    public void What_is_no_message_is_refused_as_such(string json)
    {
        Assert.Equal(EnvelopeFault.NotJson, Read(json).Fault);
    }

    [Fact]
    public void Batches_are_refused() => Assert.Equal(EnvelopeFault.Batch, Read("[]").Fault);

    [Theory]
    [InlineData("null")]
    [InlineData("1.5")]
    [InlineData("{}")]
    [InlineData("true")]
    public void An_id_is_a_string_or_an_integer(string id)
    {
        Assert.Equal(EnvelopeFault.BadId, Read($$"""{"jsonrpc":"2.0","id":{{id}},"method":"ping"}""").Fault);
    }

    [Fact]
    public void A_response_of_a_legacy_client_is_a_message_too()
    {
        var envelope = Read("""{"jsonrpc":"2.0","id":5,"result":{}}""");

        Assert.Null(envelope.Fault);
        Assert.Equal(McpMessageKind.Response, envelope.Kind);
    }

    [Fact]
    public void Ten_thousand_mutilated_messages_never_throw()
    {
        var random = new Random(20260728);
        var original = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_get","arguments":{"a":[1,"\u00e9",null]}}}""");
        for (var round = 0; round < 10_000; round++)
        {
            var body = original.ToArray();
            for (var flip = random.Next(1, 5); flip > 0; flip--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var envelope = EnvelopeReader.Read(body.AsMemory(0, random.Next(body.Length + 1)));
            Assert.True(envelope.Fault is not null || envelope.Kind != McpMessageKind.None);
        }
    }

    private static McpEnvelope Read(string json) => EnvelopeReader.Read(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("tools/call", "name")]
    [InlineData("resources/read", "uri")]
    public void A_name_that_would_burst_headers_and_logs_is_refused(string method, string member)
    {
        var longest = new string('a', EnvelopeReader.MaxTextLength);

        Assert.Null(Read(longest).Fault);
        Assert.Same(EnvelopeFault.TooLong, Read(longest + "a").Fault);

        McpEnvelope Read(string text) => EnvelopeReader.Read(System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{"{{{member}}}":"{{{text}}}"} }"""));
    }
}
