using System.Net;

namespace McpWorker.Upstreams.Http;

/// <summary>Takes only answers an upstream may give: none that leads elsewhere, none without end.</summary>
internal sealed class UpstreamAnswers(string server, long maxMessageBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
        {
            var status = (int)response.StatusCode;
            response.Dispose();
            throw new HttpRequestException($"'{server}' redirects ({status}), which is not followed. Write the address it redirects to as its url, if you trust it.");
        }

        if (response.Content is { } content)
        {
            var isStream = content.Headers.ContentType?.MediaType is "text/event-stream";
            response.Content = new BoundedContent(content, server, maxMessageBytes, isStream);
        }

        return response;
    }
}
