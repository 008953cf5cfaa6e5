using McpWorker.Servers;
using ModelContextProtocol.Client;

namespace McpWorker.Upstreams;

/// <summary>The way to servers at a URL.</summary>
internal sealed class UpstreamLinks(IHttpClientFactory http, ILoggerFactory loggers) : IServerLinks
{
    public IServerLink? TryCreate(ServerDefinition definition, int instance) =>
        definition is UpstreamServerDefinition upstream ? new UpstreamLink(upstream, http, loggers) : null;

    private sealed class UpstreamLink(UpstreamServerDefinition server, IHttpClientFactory http, ILoggerFactory loggers) : IServerLink
    {
        public ValueTask<ServerChannel> OpenAsync(CancellationToken cancellationToken) => new(new UpstreamChannel(new HttpClientTransport(
            new HttpClientTransportOptions { Endpoint = server.Endpoint, Name = server.Name, TransportMode = HttpTransportMode.StreamableHttp },
            http.CreateClient(UpstreamsFeature.HttpClientName),
            loggers,
            ownsHttpClient: true)));
    }

    private sealed class UpstreamChannel(HttpClientTransport transport) : ServerChannel(transport)
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>A URL has no life of its own: the client notices when a session ends.</summary>
        public override Task<string> Ended => _ended.Task;

        public override ValueTask DisposeAsync() => transport.DisposeAsync();
    }
}
