using Microsoft.AspNetCore.Http;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Answers one scrape in the format it asks for.</summary>
internal sealed class ScrapeEndpoint(PrometheusExporter exporter)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var format = ExpositionFormat.Negotiate(context.Request.GetTypedHeaders().Accept);
        var scrape = await exporter.ScrapeAsync(format, context.RequestAborted);
        if (scrape is null)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.ContentType = format.ContentType;
        context.Response.ContentLength = scrape.Body.Length;
        context.Response.Headers.LastModified = scrape.At.ToString("R");
        await context.Response.Body.WriteAsync(scrape.Body, context.RequestAborted);
    }
}
