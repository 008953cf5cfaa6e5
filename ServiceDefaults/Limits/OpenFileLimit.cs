using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Limits;

/// <summary>
/// Warns at the start when the service may hold fewer open files than it promises connections (S-333): each connection is one,
/// and one that cannot be opened fails a call.
/// </summary>
internal sealed partial class OpenFileLimit(OpenFileLimitSource limits, ILogger<OpenFileLimit> logger) : IHostedService
{
    private const long Enough = 65_537;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (limits.Read() is { } limit && limit < Enough)
        {
            LogLow(limit, Enough);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        LogLevel.Warning,
        "This process may open {Limit} files; at least {Enough} are advised. Raise it: LimitNOFILE=131072 for systemd, ulimits.nofile for compose, ulimit -n for a shell",
        EventName = "open_file_limit_low")]
    private partial void LogLow(long limit, long enough);
}
