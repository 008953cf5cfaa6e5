using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class TcpProxyTests : IAsyncDisposable
{
    private readonly TcpProxy _proxy = TcpProxy.Listen("gateway", "http", "localhost", port: null);
    private readonly List<IDisposable> _servers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_go_round_the_instances()
    {
        _proxy.SetTargets([Serve("a"), Serve("b")]);

        var answers = new List<string>();
        for (var call = 0; call < 6; call++)
        {
            answers.Add(await AskAsync(""));
        }

        Assert.Equal(3, answers.Count(answer => answer == "a:"));
        Assert.Equal(3, answers.Count(answer => answer == "b:"));
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_is_passed_over()
    {
        using var nobody = Ports.Lease();
        _proxy.SetTargets([nobody.Port, Serve("alive")]);

        for (var call = 0; call < 4; call++)
        {
            Assert.Equal("alive:", await AskAsync(""));
        }
    }

    [Fact]
    public async Task The_end_of_a_request_is_passed_on_while_the_answer_still_flows()
    {
        _proxy.SetTargets([Serve("a")]);

        Assert.Equal("a:what was asked", await AskAsync("what was asked"));
    }

    [Fact]
    public async Task Large_bodies_pass_whole_in_both_directions()
    {
        _proxy.SetTargets([Serve("a")]);
        var body = new string('x', 5_000_000);

        Assert.Equal("a:" + body, await AskAsync(body));
    }

    [Fact]
    public async Task A_reader_that_stalls_stalls_the_writer()
    {
        using var listener = Listen();
        _proxy.SetTargets([((IPEndPoint)listener.LocalEndPoint!).Port]);
        using var client = await ConnectAsync();
        using var server = await listener.AcceptAsync(Token);
        client.Blocking = false;

        var chunk = new byte[64 * 1024];
        long accepted = 0;
        var stalled = 0;
        while (stalled < 20 && accepted < 200_000_000)
        {
            var sent = client.Send(chunk, SocketFlags.None, out var error);
            accepted += error == SocketError.Success ? sent : 0;
            stalled = error == SocketError.WouldBlock ? stalled + 1 : 0;
            await Task.Delay(error == SocketError.WouldBlock ? 20 : 0, Token);
        }

        Assert.True(accepted < 100_000_000, $"{accepted} bytes went into a connection nobody reads");
    }

    [Fact]
    public async Task A_lost_instance_ends_the_callers_connection()
    {
        using var listener = Listen();
        _proxy.SetTargets([((IPEndPoint)listener.LocalEndPoint!).Port]);
        using var client = await ConnectAsync();

        using (var server = await listener.AcceptAsync(Token))
        {
            server.LingerState = new LingerOption(true, 0);
        }

        try
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], Token));
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    [Fact]
    public async Task It_listens_on_both_loopback_addresses()
    {
        _proxy.SetTargets([Serve("a")]);

        Assert.Equal("a:", await AskAsync("", IPAddress.Loopback));

        if (Socket.OSSupportsIPv6)
        {
            Assert.Equal("a:", await AskAsync("", IPAddress.IPv6Loopback));
        }
    }

    [Fact]
    public void A_port_in_use_is_named_with_its_endpoint_and_the_cure()
    {
        var failure = Assert.Throws<DistributedApplicationException>(() => TcpProxy.Listen("worker", "metrics", "localhost", _proxy.Port));

        Assert.Contains($"Port {_proxy.Port} of endpoint 'metrics' of resource 'worker' is in use", failure.Message, StringComparison.Ordinal);
        Assert.Contains("launch profile of 'worker'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leased_ports_are_never_given_twice()
    {
        var leases = Enumerable.Range(0, 200).Select(_ => Ports.Lease()).ToList();

        Assert.Equal(200, leases.Select(lease => lease.Port).Distinct().Count());

        leases.ForEach(lease => lease.Dispose());
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _servers.ForEach(server => server.Dispose());
    }

    /// <summary>Answers, once it has read to the end, its name and what it read.</summary>
    private int Serve(string name)
    {
        var listener = Listen();
        _servers.Add(listener);
        _ = AnswerAsync();
        return ((IPEndPoint)listener.LocalEndPoint!).Port;

        async Task AnswerAsync()
        {
            while (true)
            {
                try
                {
                    using var stream = new NetworkStream(await listener.AcceptAsync(Token), ownsSocket: true);
                    using var reader = new StreamReader(stream);
                    var body = await reader.ReadToEndAsync(Token);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes($"{name}:{body}"), Token);
                }
                catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private async Task<Socket> ConnectAsync(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(address, _proxy.Port), Token);
        return client;
    }

    private async Task<string> AskAsync(string request, IPAddress? address = null)
    {
        using var client = await ConnectAsync(address);
        using var stream = new NetworkStream(client);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Token);
        client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }
}
