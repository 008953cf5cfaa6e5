using System.Net;
using System.Net.Http.Headers;
using McpWorker.Servers;

namespace McpWorker.Upstreams.Http;

/// <summary>Shows the upstream the credential written down for it. The caller's own never gets here.</summary>
internal sealed class UpstreamCredentials(UpstreamCredential credential, ClientCredentialTokens? tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        switch (credential)
        {
            case BearerCredential bearer:
                request.Headers.Authorization = Bearer(bearer.Token);
                break;
            case HeaderCredential header:
                request.Headers.Remove(header.Header);
                request.Headers.TryAddWithoutValidation(header.Header, header.Value);
                break;
            case ClientCredentials:
                return await SendWithTokenAsync(request, cancellationToken);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    /// <summary>A 401 means that nothing was done, so whatever it was may be sent once more with a new token: the old one may have been revoked.</summary>
    private async Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens!.GetAsync(cancellationToken);
        request.Headers.Authorization = Bearer(token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        tokens.Forget(token);
        request.Headers.Authorization = Bearer(await tokens.GetAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    private static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);
}
