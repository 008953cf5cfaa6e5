using McpWorker.Servers;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Upstreams.Http;

/// <summary>The way to a server at a URL: its credential, its address checked, each attempt bounded.</summary>
internal sealed class UpstreamLink : IServerLink, IDisposable
{
    private readonly UpstreamServerDefinition _server;
    private readonly ClientCredentialTokens? _tokens;
    private readonly HttpClient _http;
    private readonly ILoggerFactory _loggers;
    private volatile HashSet<string> _repeatable = [];

    public UpstreamLink(UpstreamServerDefinition server, IOptionsMonitor<UpstreamApiOptions> options, TimeProvider clock, ILoggerFactory loggers)
    {
        _server = server;
        _loggers = loggers;
        _tokens = server.Credential is ClientCredentials client
            ? new ClientCredentialTokens(new HttpMessageInvoker(Answers(server, Sockets(server))), server.Name, client, clock) : null;
        var handler = new UpstreamAttempts(server, options, tool => _repeatable.Contains(tool), clock, loggers.CreateLogger<UpstreamAttempts>())
        {
            InnerHandler = new UpstreamCredentials(server.Credential, _tokens) { InnerHandler = Answers(server, Sockets(server)) },
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public ValueTask<ServerChannel> OpenAsync(CancellationToken cancellationToken) => new(new Channel(this, new HttpClientTransport(
        new HttpClientTransportOptions { Endpoint = _server.Endpoint, Name = _server.Name, TransportMode = HttpTransportMode.StreamableHttp },
        _http,
        _loggers)));

    /// <summary>Keeps which of them may be called twice.</summary>
    public void Offers(IEnumerable<Tool> tools) =>
        _repeatable = tools.Where(ServerEntry.MayRepeat).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);

    public void Dispose()
    {
        _http.Dispose();
        _tokens?.Dispose();
    }

    private static UpstreamAnswers Answers(UpstreamServerDefinition server, HttpMessageHandler inner) =>
        new(server.Name, server.MaxMessageBytes) { InnerHandler = inner };

    private static SocketsHttpHandler Sockets(UpstreamServerDefinition server) => new()
    {
        // An upstream is the address the operator wrote, not one it sends us to, and no proxy resolves names in our place.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = new AddressGuard(server.AllowPrivateAddress).ConnectAsync,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 64,
    };

    /// <summary>There is nothing to lose here: a connection that breaks ends the client's session, which it tells itself.</summary>
    private sealed class Channel(UpstreamLink link, IClientTransport transport) : ServerChannel(transport)
    {
        public override Task<string> Ended { get; } = new TaskCompletionSource<string>().Task;

        public override void Offers(IEnumerable<Tool> tools) => link.Offers(tools);

        public override ValueTask DisposeAsync() => Transport is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;
    }
}
