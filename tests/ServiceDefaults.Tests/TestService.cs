using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Testing;

namespace ServiceDefaults.Tests;

/// <summary>A service that has nothing but the defaults, on real sockets.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestService(WebApplication app, int metricsPort)
    {
        _app = app;
        // As from another process: without trace context of this one.
        Client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.First()) };
        Metrics = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{metricsPort}") };
    }

    public HttpClient Client { get; }

    public HttpClient Metrics { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="settings">Like <c>MCP_LOG_LEVEL=debug</c>.</param>
    public static async Task<TestService> StartAsync(
        string[]? settings = null,
        Action<WebApplicationBuilder>? build = null,
        Action<WebApplication>? map = null,
        CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (port, metricsPort) = (FreePort.Next(), FreePort.Next());
            var builder = WebApplication.CreateBuilder(
                [$"--urls=http://127.0.0.1:{port}", $"--MCP_METRICS_PORT={metricsPort}", .. (settings ?? []).Select(setting => $"--{setting}")]);
            builder.AddServiceDefaults(ServiceIdentity.Worker);
            build?.Invoke(builder);
            var app = builder.Build();
            app.MapDefaultEndpoints();
            map?.Invoke(app);
            try
            {
                await app.StartAsync(cancellationToken);
                return new TestService(app, metricsPort);
            }
            catch (IOException) when (attempt < 5)
            {
                // Somebody took one of the ports between the probe and the start.
                await app.DisposeAsync();
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Metrics.Dispose();

        // As a host ends by itself: the server first, so that the spans of its last requests have ended when telemetry stops.
        await ((IHost)_app).StopAsync(TimeSpan.FromSeconds(5));
        await _app.DisposeAsync();
    }
}
