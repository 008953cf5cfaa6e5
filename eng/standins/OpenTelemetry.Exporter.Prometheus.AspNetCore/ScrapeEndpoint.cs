using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Answers one scrape in the format it asks for.</summary>
internal sealed class ScrapeEndpoint(PrometheusExporter exporter)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var (response, asked) = (context.Response, context.Request.GetTypedHeaders());
        var format = ExpositionFormat.Negotiate(asked.Accept);
        if (await exporter.ScrapeAsync(format, context.RequestAborted) is not { } scrape)
        {
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        response.ContentType = format.ContentType;
        response.Headers.LastModified = scrape.At.ToString("R");
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (asked.AcceptEncoding.Any(coding => coding.Quality is not 0 && coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)))
        {
            response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(scrape.Body, context.RequestAborted);
        }
        else
        {
            response.ContentLength = scrape.Body.Length;
            await response.Body.WriteAsync(scrape.Body, context.RequestAborted);
        }
    }
}
