using System.Net.Sockets;
using System.Text;
using Testing;

namespace McpWorker.Tests.InternalAccess;

public sealed class FramingTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /mcp HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n")]
    [InlineData("POST /mcp HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n")]
    public async Task The_worker_frames_requests_as_strictly_as_the_gateway(string request)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var onSocket = worker.WithWebHostBuilder(host => host.UseSetting("urls", "http://127.0.0.1:0").UseSetting("MCP_METRICS_ENABLED", "false"));
        onSocket.UseKestrel(0);
        onSocket.StartServer();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", onSocket.ClientOptions.BaseAddress.Port, Token);

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadLineAsync(Token);

        Assert.Equal("HTTP/1.1 400", answer?[..12]);
    }
}
