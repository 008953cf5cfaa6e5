using System.Diagnostics;
using McpWorker.Servers;
using McpWorker.Upstreams.Http;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Upstreams.Http;

public sealed class UpstreamLinkTests : IDisposable
{
    private readonly TestLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(5, 5, 6, true)]
    [InlineData(5, 2, 3, false)]
    [Trait("Requirement", "S-149")]
    public async Task What_may_be_repeated_is_repeated_as_often_as_allowed(int failures, int retries, int requests, bool succeeds)
    {
        await using var server = await ShakyServer.StartAsync();
        server.Before = ShakyServer.Fail("tools/call", failures);
        using var link = Link(Definition(server), new() { Retries = retries });
        await using var client = await ConnectAsync(link);

        var call = CallAsync(client, "look");

        if (succeeds)
        {
            Assert.Equal("seen", (await call).TextOf());
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => call);
        }

        Assert.Equal(requests, server.Count("tools/call"));
        await _log.WaitForAsync(entry => entry.Event.Name == "upstream_retry", Token);
    }

    [Fact]
    [Trait("Requirement", "S-149")]
    public async Task A_call_that_changes_something_is_made_once()
    {
        await using var server = await ShakyServer.StartAsync();
        server.Before = ShakyServer.Fail("tools/call", 1);
        using var link = Link(Definition(server));
        await using var client = await ConnectAsync(link);

        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(client, "order"));

        Assert.Equal(1, server.Count("tools/call"));
    }

    [Fact]
    [Trait("Requirement", "S-148")]
    public async Task Each_attempt_must_begin_to_answer_in_time()
    {
        await using var server = await ShakyServer.StartAsync();
        var hung = 0;
        server.Before = async (http, method) =>
        {
            if (method == "tools/call")
            {
                Interlocked.Increment(ref hung);
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return method == "tools/call";
        };
        using var link = Link(Definition(server), new() { TimeoutMilliseconds = 500, Retries = 1 });
        await using var client = await ConnectAsync(link);
        var started = Stopwatch.GetTimestamp();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(client, "look"));

        Assert.Contains("within 500 ms (API_TIMEOUT)", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, hung);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task After_several_failures_in_a_row_nothing_is_sent()
    {
        await using var server = await ShakyServer.StartAsync();
        server.Before = ShakyServer.Fail("tools/call", int.MaxValue);
        using var link = Link(Definition(server), new() { Retries = 0 });
        await using var client = await ConnectAsync(link);
        for (var i = 0; i < 8; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(client, "look"));
        }

        var sent = server.Count("tools/call");
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(client, "look"));

        Assert.Equal(sent, server.Count("tools/call"));
        Assert.True(sent < 9, $"{sent} requests were sent");
        Assert.Contains("failed repeatedly", failure.ToString(), StringComparison.Ordinal);
        await _log.WaitForAsync(entry => entry.Event.Name == "upstream_circuit_opened", Token);
    }

    [Fact]
    public async Task A_token_that_claims_to_live_beyond_all_time_is_a_token()
    {
        await using var server = await ShakyServer.StartAsync();
        server.Token = http => http.Response.WriteAsync("""{"access_token":"t","token_type":"Bearer","expires_in":1e300}""");
        using var link = Link(Definition(server) with { Credential = new ClientCredentials(server.TokenEndpoint, "id", "s3", null) }); // not-a-secret
        await using var client = await ConnectAsync(link);

        Assert.Equal("seen", (await CallAsync(client, "look")).TextOf());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await ShakyServer.StartAsync();
        await using var elsewhere = await ShakyServer.StartAsync();
        server.Before = (http, _) =>
        {
            http.Response.Redirect(elsewhere.Endpoint.ToString(), permanent: false, preserveMethod: true);
            return Task.FromResult(true);
        };
        using var link = Link(Definition(server), new() { Retries = 0 });

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await (await ConnectAsync(link)).DisposeAsync());

        Assert.Contains("redirects (307)", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(elsewhere.Methods);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_it()
    {
        await using var server = await ShakyServer.StartAsync();
        using var link = Link(Definition(server) with { MaxMessageBytes = 50_000 }, new() { Retries = 0 });
        await using var client = await ConnectAsync(link);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(client, "shout").WaitAsync(TimeSpan.FromSeconds(20), Token));

        Assert.IsNotType<TimeoutException>(failure);
        Assert.Equal("seen", (await CallAsync(client, "look")).TextOf());
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_it_is_allowed()
    {
        await using var server = await ShakyServer.StartAsync();
        using var link = Link(Definition(server) with { AllowPrivateAddress = false }, new() { Retries = 0 });

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await (await ConnectAsync(link)).DisposeAsync());

        Assert.Contains("allow_private_address", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Methods);
    }

    [Fact]
    public async Task A_written_down_credential_is_shown_with_every_request()
    {
        await using var server = await ShakyServer.StartAsync();
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();
        server.Before = (http, _) =>
        {
            seen.Add($"{http.Request.Headers.Authorization}|{http.Request.Headers["X-Key"]}");
            return Task.FromResult(false);
        };
        using var bearer = Link(Definition(server) with { Credential = new BearerCredential("b-1") });
        using var header = Link(Definition(server) with { Credential = new HeaderCredential("X-Key", "h-1") });

        await (await ConnectAsync(bearer)).DisposeAsync();
        await (await ConnectAsync(header)).DisposeAsync();

        Assert.Equal(["Bearer b-1|", "|h-1"], seen.Distinct().OrderDescending(StringComparer.Ordinal).Reverse().OrderBy(text => text[0] == '|'));
    }

    [Fact]
    public async Task A_token_is_fetched_once_renewed_before_its_end_and_after_a_401()
    {
        await using var server = await ShakyServer.StartAsync();
        var clock = new ManualTimeProvider();
        var issued = 0;
        var basic = "";
        var revoked = "";
        server.Token = http =>
        {
            basic = http.Request.Headers.Authorization.ToString();
            return ShakyServer.GiveTokenAsync(http, $"t-{Interlocked.Increment(ref issued)}", 3600);
        };
        server.Before = (http, _) =>
        {
            var refused = http.Request.Headers.Authorization != $"Bearer t-{issued}" || http.Request.Headers.Authorization == $"Bearer {revoked}";
            http.Response.StatusCode = refused ? StatusCodes.Status401Unauthorized : http.Response.StatusCode;
            return Task.FromResult(refused);
        };
        using var link = Link(Definition(server) with { Credential = new ClientCredentials(server.TokenEndpoint, "id:1", "s3", "orders") }, clock: clock); // not-a-secret
        await using var client = await ConnectAsync(link);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CallAsync(client, "look")));
        Assert.Equal(1, issued);
        Assert.Equal("Basic " + Convert.ToBase64String("id%3A1:s3"u8), basic);

        clock.Advance(TimeSpan.FromMinutes(50));
        await CallAsync(client, "look");
        Assert.Equal(2, issued);

        revoked = "t-2";
        Assert.Equal("ordered", (await CallAsync(client, "order")).TextOf());
        Assert.Equal(3, issued);
    }

    [Fact]
    public async Task A_refused_token_request_says_what_to_check_and_no_secret()
    {
        await using var server = await ShakyServer.StartAsync();
        server.Token = http =>
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return http.Response.WriteAsync("""{"error":"invalid_client"}""");
        };
        using var link = Link(Definition(server) with { Credential = new ClientCredentials(server.TokenEndpoint, "id", "planted", null) }, new() { Retries = 0 }); // not-a-secret

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await (await ConnectAsync(link)).DisposeAsync());

        Assert.Contains("check client_id, client_secret and scope", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("planted", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Entries, entry => entry.Message.Contains("planted", StringComparison.Ordinal));
    }

    private static UpstreamServerDefinition Definition(ShakyServer server) => new("shaky", server.Endpoint) { AllowPrivateAddress = true };

    private UpstreamLink Link(UpstreamServerDefinition definition, UpstreamApiOptions? options = null, TimeProvider? clock = null) =>
        new(definition, new ChangingOptions<UpstreamApiOptions>(options ?? new()), clock ?? TimeProvider.System, _log);

    private static async Task<McpClient> ConnectAsync(UpstreamLink link)
    {
        var channel = await link.OpenAsync(Token);
        var client = await McpClient.CreateAsync(channel.Transport, cancellationToken: Token);
        link.Offers((await client.ListToolsAsync(cancellationToken: Token)).Select(tool => tool.ProtocolTool));
        return client;
    }

    private static Task<CallToolResult> CallAsync(McpClient client, string tool) => client.CallAsync(tool).AsTask();
}
