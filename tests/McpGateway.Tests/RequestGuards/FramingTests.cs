using System.Net.Sockets;
using System.Text;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.RequestGuards;

public sealed class FramingTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /mcp HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n", 400)]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n", 400)]
    [InlineData("TRACE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", 405)]
    [InlineData("POST /mcp HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n", 400)]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nContent-Length: 0\r\n\r\n", 400)]
    public async Task What_two_parsers_could_frame_differently_is_refused_and_never_a_server_error(string request, int status)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var key = await gateway.CreateKeyAsync();
        var lineEnd = request.Contains('\r', StringComparison.Ordinal) ? "\r\n" : "\n";
        var authorized = request.Replace($"Host: localhost{lineEnd}", $"Host: localhost{lineEnd}X-API-Key: {key}{lineEnd}", StringComparison.Ordinal);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", gateway.ClientOptions.BaseAddress.Port, Token);

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(authorized), Token);
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadLineAsync(Token);

        Assert.Equal($"HTTP/1.1 {status}", answer?[..12]);
        Assert.Empty(gateway.Worker.Calls);
    }
}
