using McpGateway.Authentication;
using McpGateway.Envelope;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Forwarding;

/// <summary>
/// Looks after streams that last: one whose credential was withdrawn, has run out or may do something else by now ends, and
/// its reader has to come anew. A store that is away takes nothing from anybody.
/// </summary>
internal sealed partial class LastingStreams(CallerAuthenticator authenticator, TimeProvider clock, ILogger<LastingStreams> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>Runs as long as the stream, and ends it when its caller is no longer the one who opened it.</summary>
    public async Task WatchAsync(HttpContext context, McpCall call, CancellationTokenSource stream)
    {
        try
        {
            do
            {
                await Task.Delay(LookEvery, clock, stream.Token);
            }
            while (await IsStillAsync(context, call.Caller!.Identity, stream.Token));

            LogEnded(call.Caller.Identity.Subject);
            await stream.CancelAsync();
        }
        catch (OperationCanceledException) when (stream.IsCancellationRequested)
        {
            // The stream has ended before.
        }
    }

    private async Task<bool> IsStillAsync(HttpContext context, InternalCaller opened, CancellationToken cancellationToken)
    {
        var outcome = await authenticator.AuthenticateAsync(context.Request, cancellationToken);
        return outcome.Caller is { } now
            ? now.Identity.Subject == opened.Subject && now.Identity.Permissions.SequenceEqual(opened.Permissions, StringComparer.Ordinal)
            : outcome.Failure is AuthenticationFailure.StoreUnavailable;
    }

    [LoggerMessage(LogLevel.Information, "Ended a stream of {Subject}: its credential is no longer what it was opened with", EventName = "stream_credential_withdrawn")]
    private partial void LogEnded(string subject);
}
