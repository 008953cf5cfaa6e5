namespace Aspire.Hosting.Testing;

/// <summary>
/// Sends a request again when no answer began: a service that has just started, or restarts, refuses connections for a moment.
/// Answers of any status are the test's to judge.
/// </summary>
internal sealed class ReconnectingHandler : DelegatingHandler
{
    private const int Attempts = 4;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
        {
            // Content that cannot be read twice could not be sent twice.
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception) when (
                attempt < Attempts && exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250 << attempt), cancellationToken);
            }
        }
    }
}
