using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace StandIns.Tests.Prometheus;

/// <summary>A meter of a test's own, and what the exporter writes of it.</summary>
public abstract class ScrapedMeter : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _started = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected Meter Meter { get; } = new($"Test.{Guid.NewGuid():N}", "1.2");

    protected string Scope => $"otel_scope_name=\"{Meter.Name}\",otel_scope_version=\"1.2\"";

    public async ValueTask DisposeAsync()
    {
        Meter.Dispose();
        foreach (var started in _started)
        {
            await started.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task<HttpClient> StartAsync(Action<PrometheusAspNetCoreOptions>? configure = null, Func<Instrument, MetricStreamConfiguration?>? view = null)
    {
        var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(Meter.Name + "*")
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddView(view ?? (_ => null))
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([new("service.name", "shop")]))
            .AddPrometheusExporter(options =>
            {
                options.TargetInfoEnabled = false;
                options.ScrapeResponseCacheDurationMilliseconds = 0;
                configure?.Invoke(options);
            })
            .Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(provider);
        var app = builder.Build();
        app.UseOpenTelemetryPrometheusScrapingEndpoint("/metrics");
        _started.Add(app);
        await app.StartAsync(Token);
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    protected static async Task<string[]> ScrapeAsync(HttpClient client) => (await client.GetStringAsync("/metrics", Token)).Split('\n');

    protected static async Task<HttpResponseMessage> GetAsync(HttpClient client, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        foreach (var type in accept?.Split(',') ?? [])
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(type));
        }

        return await client.SendAsync(request, Token);
    }

    /// <summary>What is written of this test's meter, with its scope labels left out.</summary>
    protected async Task<string[]> TextAsync(HttpClient client, string? accept = null)
    {
        using var response = await GetAsync(client, accept);
        var text = await response.Content.ReadAsStringAsync(Token);
        return text.Replace($"{Scope},", "", StringComparison.Ordinal).Replace(Scope, "", StringComparison.Ordinal).Split('\n');
    }
}
