using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

/// <summary>
/// The body of one answer: plain JSON when the final message is the first one and the headers are still ours, else
/// server-sent events. Proxies and clients give up on silence, so headers leave after 250 ms and a comment every 15 s.
/// </summary>
internal sealed class ResponsePump(HttpResponse response, TimeProvider clock) : Stream
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(15);
    private static readonly byte[] Comment = ":\n\n"u8.ToArray();

    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _answered;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void BeginStream()
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    /// <summary>Runs until cancelled; harmless to cancel at any moment.</summary>
    public async Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Grace, clock, cancellationToken);
            await LockedAsync(() => response.HasStarted ? Task.CompletedTask : response.Body.FlushAsync(cancellationToken), cancellationToken);

            using var timer = new PeriodicTimer(KeepAliveEvery, clock);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await WriteAsync(Comment, cancellationToken);
                await FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The answer is complete, or nobody waits for it any more.
        }
    }

    /// <summary>Told before the first byte: the last moment to choose the status line and the content type.</summary>
    public async ValueTask OnFirstMessageAsync(JsonRpcMessage? first)
    {
        if (first is JsonRpcResponse or JsonRpcError)
        {
            await LockedAsync(() => response.HasStarted ? Task.CompletedTask : AnswerAsync(first), CancellationToken.None);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await LockedAsync(() => _answered ? Task.CompletedTask : response.Body.WriteAsync(buffer, cancellationToken).AsTask(), cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        LockedAsync(() => response.Body.FlushAsync(cancellationToken), cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _turn.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task AnswerAsync(JsonRpcMessage message)
    {
        _answered = true;
        var body = JsonSerializer.SerializeToUtf8Bytes(message, Wire.Message);
        response.StatusCode = message is JsonRpcError { Error.Code: var code } ? StatusOf((McpErrorCode)code) : StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, response.HttpContext.RequestAborted);
        if (message is JsonRpcResponse answer)
        {
            // The SDK is about to write it once more, as an event that goes nowhere: a long result would cost twice.
            answer.Result = null;
        }
    }

    private static int StatusOf(McpErrorCode code) => code switch
    {
        McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
        McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion =>
            StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };

    private async Task LockedAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await write();
        }
        finally
        {
            _turn.Release();
        }
    }
}
