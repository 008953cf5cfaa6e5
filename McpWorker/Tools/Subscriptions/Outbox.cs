namespace McpWorker.Tools.Subscriptions;

/// <summary>
/// Notices on their way to one subscriber, one after another. The same notice waits only once, so that a slow reader holds up
/// nobody and costs no more than what it subscribed to.
/// </summary>
internal sealed partial class Outbox(Func<Notice, Task> send, ILogger logger)
{
    private readonly Lock _turn = new();
    private readonly List<Notice> _waiting = [];
    private bool _isSending;

    public void Post(Notice notice)
    {
        lock (_turn)
        {
            if (_waiting.Contains(notice))
            {
                return;
            }

            _waiting.Add(notice);
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        _ = Task.Run(SendAllAsync);
    }

    private async Task SendAllAsync()
    {
        while (TryTake(out var notice))
        {
            try
            {
                await send(notice);
            }
            catch (Exception exception)
            {
                // Its stream has ended; whoever opens the next one asks for the lists anew.
                LogNotSent(exception);
            }
        }
    }

    private bool TryTake(out Notice notice)
    {
        lock (_turn)
        {
            _isSending = _waiting.Count > 0;
            notice = _isSending ? _waiting[0] : default;
            if (_isSending)
            {
                _waiting.RemoveAt(0);
            }

            return _isSending;
        }
    }

    [LoggerMessage(LogLevel.Debug, "A notification found its reader gone", EventName = "notification_not_sent")]
    private partial void LogNotSent(Exception exception);
}
