using System.Text;

namespace McpWorker.Hosting.Output;

/// <summary>Logs what a server printed for people: so many lines a second, the rest counted, without control characters and its own secrets.</summary>
internal sealed partial class PrintedLines(string server, int instance, IReadOnlyList<string> secrets, TimeProvider clock, ILogger logger)
{
    /// <summary>Bytes looked at of a line. Half of it is shown, so that a secret at the cut is whole when it is masked.</summary>
    public const int Longest = 8 * 1024;

    private const double LinesPerSecond = 20;
    private const double LinesAtOnce = 200;
    private const int ShortestSecret = 6;

    /// <summary>A server that floods shall not double what it costs by being told of at every line.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    private readonly string[] _secrets = [.. secrets.SelectMany(secret => secret.Split('\n')).Where(secret => secret.Length >= ShortestSecret)];
    private readonly Allowance _lines = new(LinesPerSecond, LinesAtOnce, clock);
    private readonly Lock _gate = new();
    private int _suppressed;
    private long? _told;

    /// <summary>The last line on standard error that was not empty: mostly the reason when a server dies.</summary>
    public string Last { get; private set; } = "";

    public void Error(ReadOnlySpan<byte> line)
    {
        if (Text(line) is { Length: > 0 } text)
        {
            Last = text;
            if (IsAllowed())
            {
                LogStandardError(server, instance, text);
            }
        }
    }

    /// <summary>Standard output is for messages alone.</summary>
    public void Garbage(ReadOnlySpan<byte> line)
    {
        if (Text(line) is { Length: > 0 } text && IsAllowed())
        {
            LogGarbage(server, instance, text);
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => TellSuppressed(isLast: true);

    private bool IsAllowed()
    {
        if (_lines.TryTake(1))
        {
            TellSuppressed(isLast: false);
            return true;
        }

        Interlocked.Increment(ref _suppressed);
        return false;
    }

    private void TellSuppressed(bool isLast)
    {
        lock (_gate)
        {
            var isDue = isLast || _told is null || clock.GetElapsedTime(_told.Value) >= TellEvery;
            if (isDue && Interlocked.Exchange(ref _suppressed, 0) is > 0 and var count)
            {
                _told = clock.GetTimestamp();
                LogSuppressed(server, instance, count);
            }
        }
    }

    private string Text(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, Longest)]);
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return PlainText.Of(text, Longest / 2).Trim();
    }

    [LoggerMessage(LogLevel.Information, "{Server} #{Instance}: {Line}", EventName = "hosted_server_stderr")]
    private partial void LogStandardError(string server, int instance, string line);

    [LoggerMessage(LogLevel.Warning, "The hosted server {Server} #{Instance} printed what is no MCP message on standard output, where only messages belong: {Line}", EventName = "hosted_server_garbage")]
    private partial void LogGarbage(string server, int instance, string line);

    [LoggerMessage(LogLevel.Warning, "{Count} lines of the hosted server {Server} #{Instance} were not logged: it prints more than 20 a second", EventName = "hosted_server_lines_suppressed")]
    private partial void LogSuppressed(string server, int instance, int count);
}
