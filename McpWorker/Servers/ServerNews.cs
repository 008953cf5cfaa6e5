using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Logging.Redaction;

namespace McpWorker.Servers;

/// <summary>What one instance of a server says outside of any answer.</summary>
internal sealed partial class ServerNews(string server, TimeProvider clock, ILogger logger)
{
    private const int MaxLength = 4096;
    private const int MaxMessages = 50;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _windowStarted = clock.GetTimestamp();
    private int _inWindow;
    private int _unattributable;

    /// <summary>Called with the URI of a resource that changed.</summary>
    public Action<string>? ResourceUpdated { get; set; }

    /// <summary>Completes when a list changed since the last time this was awaited.</summary>
    public Task ChangedAsync(CancellationToken cancellationToken) => _changed.Reader.ReadAsync(cancellationToken).AsTask();

    /// <summary>Many changes at once are one.</summary>
    public void ListChanged() => _changed.Writer.TryWrite(true);

    public void Updated(JsonRpcNotification notification)
    {
        if (notification.Params?["uri"]?.GetValue<string>() is { } uri)
        {
            ResourceUpdated?.Invoke(uri);
        }
    }

    /// <summary>A server's own log, a bounded share of it: one that floods must not fill the worker's disk.</summary>
    public void Logged(JsonRpcNotification notification)
    {
        if (clock.GetElapsedTime(_windowStarted) > Window)
        {
            if (_inWindow > MaxMessages)
            {
                LogLeftOut(server, _inWindow - MaxMessages);
            }

            _windowStarted = clock.GetTimestamp();
            _inWindow = 0;
        }

        var level = LogSeverity.ToLogLevel(notification.Params?["level"]?.ToString());
        if (++_inWindow <= MaxMessages && logger.IsEnabled(level))
        {
            LogMessage(level, server, TextOf(notification.Params?["data"]));
        }
    }

    /// <summary>Said once for each server: it will happen again with every call.</summary>
    public void Unattributable(string method, int calls)
    {
        if (Interlocked.Exchange(ref _unattributable, 1) == 0)
        {
            LogUnattributable(server, method, calls);
        }
    }

    private static string TextOf(JsonNode? data)
    {
        var text = SecretText.Redact(data is JsonValue value && value.TryGetValue<string>(out var plain) ? plain : data?.ToJsonString() ?? "");
        return text.Length <= MaxLength ? text : text[..MaxLength];
    }

    [LoggerMessage("{Server} says: {Text}", EventName = "server_message")]
    private partial void LogMessage(LogLevel level, string server, string text);

    [LoggerMessage(LogLevel.Warning, "{Messages} log messages of {Server} were left out: at most 50 a second are kept", EventName = "server_messages_left_out")]
    private partial void LogLeftOut(string server, int messages);

    [LoggerMessage(LogLevel.Warning, "{Server} asked its caller ({Method}) while {Calls} calls ran or had been given up there, and does not say for which. The question was refused, as it could have reached the wrong caller. Set exclusive: true for this server", EventName = "server_question_refused")]
    private partial void LogUnattributable(string server, string method, int calls);
}
