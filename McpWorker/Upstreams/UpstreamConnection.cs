using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults;

namespace McpWorker.Upstreams;

/// <summary>
/// One upstream server: connects, publishes its tools, follows their changes, and starts over when the connection
/// breaks. Tools once seen stay listed meanwhile, so that a restart of the server does not change what callers see.
/// </summary>
internal sealed partial class UpstreamConnection(
    UpstreamServer server, ToolCatalog catalog, ToolSpans spans, IHttpClientFactory http, TimeProvider clock, ILoggerFactory loggers)
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private readonly ILogger<UpstreamConnection> _logger = loggers.CreateLogger<UpstreamConnection>();
    private volatile McpClient? _client;

    public string Name => server.Name;

    public ToolSpans Spans => spans;

    /// <exception cref="McpException">There is no connection now.</exception>
    public McpClient Client => _client ?? throw Away();

    public McpException Away() => new($"The server '{server.Name}' cannot be reached now. Try again in a minute; its operator can see why in the worker's log.");

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        catalog.Publish(server.Name, Offer.Nothing);
        var retryAfter = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var client = await ConnectAsync(stoppingToken);
                retryAfter = FirstRetry;
                await FollowAsync(client, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, the next attempt is the cure.
                LogLost(exception, server.Name, server.Endpoint, retryAfter);
                var jitter = retryAfter * (0.5 + (Random.Shared.NextDouble() / 2));
                await Task.Delay(jitter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retryAfter = retryAfter * 2 < LastRetry ? retryAfter * 2 : LastRetry;
            }
            finally
            {
                _client = null;
            }
        }
    }

    private async Task<McpClient> ConnectAsync(CancellationToken stoppingToken)
    {
        using var deadline = new CancellationTokenSource(ConnectWithin, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, deadline.Token);
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions { Endpoint = server.Endpoint, Name = server.Name, TransportMode = HttpTransportMode.StreamableHttp },
            http.CreateClient(UpstreamsFeature.HttpClientName),
            loggers,
            ownsHttpClient: true);
        var options = new McpClientOptions { ClientInfo = new Implementation { Name = "mcp-platform", Version = ProductVersion.Current } };
        return await McpClient.CreateAsync(transport, options, loggers, patience.Token);
    }

    private async Task FollowAsync(McpClient client, CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(1, 1);
        await using var registration = client.RegisterNotificationHandler(
            NotificationMethods.ToolListChangedNotification,
            (_, _) =>
            {
                if (changed.CurrentCount == 0)
                {
                    changed.Release();
                }

                return default;
            });

        var known = -1;
        while (!client.Completion.IsCompleted)
        {
            using var refresh = new CancellationTokenSource(RefreshEvery, clock);
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, refresh.Token);
            await Task.WhenAny(changed.WaitAsync(wake.Token), client.Completion);
            stoppingToken.ThrowIfCancellationRequested();

            var tools = await client.ListToolsAsync(cancellationToken: stoppingToken);
            catalog.Publish(server.Name, UpstreamTool.Offer(this, [.. tools.Select(tool => tool.ProtocolTool)]));
            _client = client;
            if (tools.Count != known)
            {
                LogPublished(server.Name, tools.Count);
                known = tools.Count;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Upstream {Server} offers {Tools} tools", EventName = "upstream_published")]
    private partial void LogPublished(string server, int tools);

    [LoggerMessage(LogLevel.Warning, "Upstream {Server} at {Endpoint} is away; next attempt within {Delay}", EventName = "upstream_away")]
    private partial void LogLost(Exception exception, string server, Uri endpoint, TimeSpan delay);
}
