using System.IO.Pipelines;
using McpGateway.Envelope;
using McpGateway.Telemetry;
using ServiceDefaults.Instances;

namespace McpGateway.Forwarding;

/// <summary>Copies a worker's answer to the caller, each read flushed at once: events must not wait for a buffer to fill.</summary>
internal sealed partial class AnswerStream(SessionSeal seal, ILogger<AnswerStream> logger)
{
    public async Task CopyAsync(
        HttpContext context, McpCall call, HttpResponseMessage answer, Instance instance, WorkerSession? session, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        call.IsForwarded = true;
        ForwardedHeaders.CopyToCaller(answer, response.Headers);
        SealSession(response, answer, instance, session, call);
        var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            if (isStream)
            {
                // The caller learns that the stream is open before its first event.
                await response.BodyWriter.FlushAsync(cancellationToken);
            }

            await PumpAsync(body, response.BodyWriter, answer.Content.Headers.ContentLength, isStream, call, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // A clean end would make half an answer look like a whole one.
            call.AnswerIsError = true;
            call.ErrorType ??= ErrorTypes.WorkerFailed;
            LogBroken(exception, instance.Id);
            context.Abort();
        }
    }

    private static async Task PumpAsync(
        Stream from, PipeWriter to, long? length, bool isStream, McpCall call, CancellationToken cancellationToken)
    {
        var scanner = new AnswerScanner();
        long copied = 0;
        while (true)
        {
            if (isStream)
            {
                // Waits without holding a buffer: an idle stream costs almost nothing.
                copied += await from.ReadAsync(Memory<byte>.Empty, cancellationToken);
            }

            var buffer = to.GetMemory();
            var read = await from.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                return;
            }

            scanner.Scan(buffer.Span[..read]);
            if (scanner.IsError)
            {
                call.AnswerIsError = true;
                call.ErrorType ??= scanner.IsToolError ? ErrorTypes.Tool : ErrorTypes.Protocol;
            }

            to.Advance(read);
            copied += read;
            call.AnswerBytes = copied;
            if (copied == length)
            {
                call.EndAnswer();
            }

            var flushed = await to.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
            {
                call.CallerLeft = copied != length;
                return;
            }
        }
    }

    /// <summary>A worker's session id leaves only sealed; a caller keeps the one it has.</summary>
    private void SealSession(HttpResponse response, HttpResponseMessage answer, Instance instance, WorkerSession? session, McpCall call)
    {
        if (answer.Headers.TryGetValues(ForwardedHeaders.SessionId, out var ids) && ids.FirstOrDefault() is { } id)
        {
            response.Headers[ForwardedHeaders.SessionId] =
                id == session?.Id ? session.CallersId : seal.Seal(instance.Id, id, call.Caller!.Identity.Subject, McpRoute.ServerOf(response.HttpContext));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The answer of worker {Instance} broke off", EventName = "answer_broken")]
    private partial void LogBroken(Exception exception, string instance);
}
