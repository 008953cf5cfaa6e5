using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Tests.Orchestration;

public sealed class EndpointTests : IAsyncDisposable
{
    private readonly LocalApp _app = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-021")]
    public async Task Replicas_share_one_address_that_outlives_each_of_them()
    {
        var web = _app.WebServer("web").WithAnnotation(new ReplicaAnnotation(2)).WithHttpHealthCheck("/");
        await _app.StartAsync();
        await _app.BecomesHealthyAsync("web");
        var address = new Uri(web.GetEndpoint("http").Url);
        var both = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.HoldsAsync(
            () =>
            {
                both.Add(Ask(address));
                return both.Count == 2;
            },
            "both instances answer");

        var ids = _app.Status().GetProperty("resources").EnumerateArray().Select(resource => resource.GetProperty("id").GetString()!).ToList();
        Assert.Equal(2, ids.Count);
        Assert.True((await _app.DoAsync(ids[0], "stop")).Success);

        var rest = Enumerable.Range(0, 4).Select(_ => Ask(address)).Distinct(StringComparer.Ordinal).ToList();
        Assert.Contains(Assert.Single(rest), both);

        Assert.True((await _app.DoAsync(ids[1], "stop")).Success);
        Assert.True((await _app.DoAsync(ids[0], "start")).Success);
        await Eventually.HoldsAsync(() => TryAsk(address) is { } answer && !both.Contains(answer), "a new instance answers at the old address");
        Assert.Equal<IEnumerable<string?>>(["web-1.log", "web-2.log"], Directory.GetFiles(Path.Combine(_app.StateFolder, "logs")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_fails_its_resource_alone_and_says_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        _app.Script("gateway", "exec sleep 300").WithHttpEndpoint(port: port, env: "PORT");
        _app.Script("direct", "exec sleep 300").WithHttpEndpoint(port: port, env: "PORT", isProxied: false);
        _app.Script("other", "exec sleep 300");
        await _app.StartAsync();

        await _app.ReachesAsync("gateway", KnownResourceStates.FailedToStart);
        await _app.ReachesAsync("direct", KnownResourceStates.FailedToStart);
        await _app.BecomesHealthyAsync("other");

        Assert.StartsWith($"Port {port} of endpoint 'http' of resource 'gateway' is in use", await _app.ReasonAsync("gateway"), StringComparison.Ordinal);
        Assert.StartsWith($"Port {port} of endpoint 'http' of resource 'direct' is in use", await _app.ReasonAsync("direct"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_proxy_the_process_gets_the_public_port_itself()
    {
        using var lease = Aspire.Hosting.Orchestration.Ports.Lease();
        var web = _app.WebServer("web").WithEndpoint("http", endpoint =>
        {
            endpoint.IsProxied = false;
            endpoint.Port = lease.Port;
        }).WithHttpHealthCheck("/");
        await _app.StartAsync();

        await _app.BecomesHealthyAsync("web");

        Assert.Equal(lease.Port, web.GetEndpoint("http").Port);
        Assert.Equal(Assert.Single(_app.Processes()).ToString(), Ask(new Uri(web.GetEndpoint("http").Url)));
    }

    [Fact]
    public async Task Replicas_cannot_share_a_fixed_port()
    {
        _app.Script("web", "exec sleep 300").WithAnnotation(new ReplicaAnnotation(2)).WithHttpEndpoint(targetPort: 8080);
        await _app.StartAsync();

        await _app.ReachesAsync("web", KnownResourceStates.FailedToStart);

        Assert.Contains("2 replicas", await _app.ReasonAsync("web-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_collector_is_invented_for_telemetry()
    {
        _app.Script("api", "env > given; exec sleep 300").WithOtlpExporter();
        await _app.StartAsync();
        await _app.BecomesHealthyAsync("api");
        await Eventually.HoldsAsync(() => _app.Read("given").Contains("OTEL_SERVICE_NAME=api", StringComparison.Ordinal), "the script has written");

        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:18889", _app.Read("given"), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>On a connection of its own, or the proxy would have no choice to make.</summary>
    private static string Ask(Uri address)
    {
        using var client = new HttpClient();
        using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, address), Token);
        using var reader = new StreamReader(answer.Content.ReadAsStream(Token));
        return reader.ReadToEnd();
    }

    private static string? TryAsk(Uri address)
    {
        try
        {
            return Ask(address);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
