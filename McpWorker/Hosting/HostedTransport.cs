using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using McpWorker.Hosting.Output;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpWorker.Hosting;

/// <summary>
/// MCP over the standard streams of a process: a message a line. The SDK's own reads lines of any length and as fast as they
/// come, and logs what is no message; a server of others needs bounds.
/// </summary>
internal sealed class HostedTransport : TransportBase
{
    private const int MostWaiting = 1000;
    private const int BytesOfCost = 64 * 1024;
    private const double UnaskedPerSecond = 500;
    private const double UnaskedAtOnce = 2000;

    private static readonly JsonTypeInfo<JsonRpcMessage> Message = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly Stream _input;
    private readonly Action _closed;
    private readonly int _longest;
    private readonly TimeProvider _clock;
    private readonly Allowance _messages;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _waiting;
    private long _writingSince;

    /// <param name="input">The process's standard input.</param>
    /// <param name="closed">Called when the client is done with it.</param>
    public HostedTransport(string name, Stream input, int longest, Action closed, TimeProvider clock, ILoggerFactory loggers)
        : base(name, loggers)
    {
        (_input, _longest, _closed, _clock) = (input, longest, closed, clock);
        _messages = new Allowance(UnaskedPerSecond, UnaskedAtOnce, clock);
        SetConnected();
    }

    /// <summary>How long the process has not taken what is being written to it.</summary>
    public TimeSpan StuckFor => Volatile.Read(ref _writingSince) is not 0 and var since ? _clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <returns>Whether the line is a message, and how long to wait before the next is read.</returns>
    public (bool IsMessage, TimeSpan Wait) Accept(ReadOnlyMemory<byte> line)
    {
        try
        {
            if (line.Span.TrimStart(" \t"u8) is not [(byte)'{', ..] || JsonSerializer.Deserialize(line.Span, Message) is not { } message)
            {
                return (false, TimeSpan.Zero);
            }

            WriteMessageAsync(message).GetAwaiter().GetResult();
            return (true, _messages.Take(Cost(line.Length)));
        }
        catch (JsonException)
        {
            return (false, TimeSpan.Zero);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ChannelClosedException)
        {
            // Nobody listens any more.
            return (true, TimeSpan.Zero);
        }
    }

    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, Message);
        Array.Resize(ref bytes, bytes.Length + 1);
        bytes[^1] = (byte)'\n';
        if (message is JsonRpcRequest)
        {
            // Its answer is asked for, however large.
            _messages.Add(Cost(_longest));
        }

        if (!IsConnected)
        {
            throw new IOException("The server's process has ended.");
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new IOException($"The server's process does not take its messages: {MostWaiting} wait already.");
        }

        await WaitForTurnAsync(cancellationToken);

        // A message half written would spoil the next, so nobody's loss of patience stops it.
        await WriteAsync(bytes).WaitAsync(cancellationToken);
    }

    /// <summary>The process is gone, or is about to be.</summary>
    public void Disconnect(string reason) => SetDisconnected(new IOException($"The server's process has ended: {reason}"));

    /// <summary>A client that is disposed of disposes of its transport.</summary>
    public override ValueTask DisposeAsync()
    {
        _closed();
        SetDisconnected();
        return ValueTask.CompletedTask;
    }

    private static double Cost(int bytes) => 1 + (bytes / (double)BytesOfCost);

    private async Task WaitForTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task WriteAsync(byte[] bytes)
    {
        Volatile.Write(ref _writingSince, _clock.GetTimestamp());
        try
        {
            await _input.WriteAsync(bytes);
            await _input.FlushAsync();
        }
        catch (Exception exception) when (exception is ObjectDisposedException)
        {
            throw new IOException("The server's process has ended.", exception);
        }
        finally
        {
            Volatile.Write(ref _writingSince, 0);
            _turn.Release();
        }
    }
}

/// <summary>Gives a client the one session there is.</summary>
internal sealed class OneSession(string name, ITransport session) : IClientTransport
{
    public string Name => name;

    public Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) => Task.FromResult(session);
}
