using System.Net;

namespace McpGateway.Forwarding;

/// <summary>The gateway's HTTP client towards workers: bytes as they come, no cleverness on the way.</summary>
internal sealed class WorkerHttp : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        EnableMultipleHttp2Connections = false,
        MaxResponseHeadersLength = 32,
        // The span of forwarding is the client's span, and WorkerRequests writes its context: a second one would only cost.
        ActivityHeadersPropagator = null,
    });

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();
}
