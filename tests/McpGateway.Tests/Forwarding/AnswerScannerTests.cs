using System.Text;
using McpGateway.Forwarding;

namespace McpGateway.Tests.Forwarding;

public sealed class AnswerScannerTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"x"}],"isError":true}}""", true)]
    [InlineData("""{"result": { "isError" : true }, "id":1}""", true)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}""", true)]
    [InlineData("event: message\ndata: {\"result\":{\"isError\":true}}\n\n", true)]
    [InlineData("data: {\"method\":\"notifications/progress\",\"params\":{}}\n\ndata: {\"id\":1,\"error\":{\"code\":1}}\n\n", true)]
    [InlineData("""{"result":{"content":[],"isError":false}}""", false)]
    [InlineData("""{"result":{"content":[{"text":"\"isError\":true"}]}}""", false)]
    [InlineData("""{"result":{"structuredContent":{"isError":true,"error":{"a":1}},"isError":false}}""", false)]
    [InlineData("""{"id":1,"result":{"a":"isError","b":"true"},"error":null}""", false)]
    [InlineData("""{"result":{"content":[{"text":"error\": {"}]},"id":"error"}""", false)]
    public void An_error_is_seen_however_the_answer_is_cut(string answer, bool isError)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var scanner = new AnswerScanner();
            foreach (var chunk in bytes.Chunk(size))
            {
                scanner.Scan(chunk);
            }

            Assert.Equal(isError, scanner.IsError);
        }
    }
}
