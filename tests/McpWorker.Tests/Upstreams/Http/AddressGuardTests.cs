using System.Net;
using System.Net.Sockets;
using McpWorker.Upstreams.Http;

namespace McpWorker.Tests.Upstreams.Http;

public sealed class AddressGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = 0;
        var guard = new AddressGuard(allowPrivate: true, (_, _) => Task.FromResult<IPAddress[]>(++asked == 1 ? [IPAddress.Parse("169.254.169.254"), IPAddress.Loopback] : [IPAddress.Any]));
        using var http = Client(guard);

        var request = http.GetAsync(new Uri($"http://orders.example:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Token);
        using var accepted = await listener.AcceptTcpClientAsync(Token);
        await accepted.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), Token);

        Assert.Equal(HttpStatusCode.NoContent, (await request).StatusCode);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_name_that_stands_for_forbidden_addresses_is_refused_with_the_cure()
    {
        var guard = new AddressGuard(allowPrivate: false, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("10.0.0.1")]));
        using var http = Client(guard);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://orders.example/"), Token));

        Assert.Contains("'orders.example' stands for 127.0.0.1, 10.0.0.1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("allow_private_address", failure.Message, StringComparison.Ordinal);
    }

    private static HttpClient Client(AddressGuard guard) => new(new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false });
}
