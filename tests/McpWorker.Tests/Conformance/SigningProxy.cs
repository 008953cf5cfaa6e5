using Microsoft.AspNetCore.Http;
using Testing;

namespace McpWorker.Tests.Conformance;

/// <summary>The gateway's part for programs that speak to a port: refuses foreign hosts and origins, and signs.</summary>
internal static class SigningProxy
{
    public static Task<PassingProxy> StartAsync(WorkerApp worker) => PassingProxy.StartAsync(worker.GatewayClient(WorkerApp.Admin), IsForeign);

    private static bool IsForeign(HttpRequest request) =>
        !IsOwn(request.Host.Host) || (request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOwn(new Uri(origin).Host));

    private static bool IsOwn(string host) => host is "localhost" or "127.0.0.1";
}
