using System.Collections.Concurrent;
using Npgsql;
using ServiceDefaults.Resilience;

namespace McpGateway.Authentication;

/// <summary>Notes when keys were last used: once a minute and off the calls' way, because nobody waits for it.</summary>
internal sealed partial class ApiKeyUse(ApiKeyStore store, TimeProvider clock, ILogger<ApiKeyUse> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    public void Note(string id)
    {
        if (!_used.ContainsKey(id))
        {
            _used[id] = true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var id in _used.Keys)
            {
                await Abandon.OnRequest(
                    async token =>
                    {
                        await store.TouchAsync(id, token);
                        return true;
                    },
                    cancellationToken);
                _used.TryRemove(id, out _);
            }
        }
        catch (NpgsqlException exception)
        {
            LogNotWritten(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "When keys were last used could not be written; the next minute tries again", EventName = "key_use_not_written")]
    private partial void LogNotWritten(Exception exception);
}
