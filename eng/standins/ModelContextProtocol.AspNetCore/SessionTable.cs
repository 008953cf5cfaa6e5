using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ModelContextProtocol.AspNetCore;

/// <summary>The open sessions of this process.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<string, HttpSession> _sessions = new(StringComparer.Ordinal);

    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    public HttpSession? Find(string id) => _sessions.GetValueOrDefault(id);

    public void Add(HttpSession session) => _sessions[session.Id] = session;

    public async Task EndAsync(HttpSession session)
    {
        if (_sessions.TryRemove(session.Id, out var removed))
        {
            await removed.DisposeAsync();
        }
    }

    /// <summary>Ends sessions idle for longer than allowed, then the longest idle ones above the maximum.</summary>
    public async Task SweepAsync(TimeSpan idleTimeout, int maxIdle)
    {
        var idle = _sessions.Values.Where(session => session.IsIdle).OrderBy(session => session.IdleFor).ToList();
        var ending = idle.Where((session, rank) => rank >= maxIdle || session.IdleFor >= idleTimeout);
        await Task.WhenAll(ending.Select(EndAsync));
    }

    public Task EndAllAsync() => Task.WhenAll(_sessions.Values.Select(EndAsync));
}

/// <summary>Sweeps the table every five seconds and empties it at shutdown.</summary>
internal sealed class IdleSessionSweeper(SessionTable sessions, IOptions<HttpServerTransportOptions> options) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await sessions.EndAllAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value;
        using var timer = new PeriodicTimer(Every, settings.TimeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
#pragma warning disable MCP9006 // sessions are for clients of older protocol versions
            await sessions.SweepAsync(settings.IdleTimeout, settings.MaxIdleSessionCount);
#pragma warning restore MCP9006
        }
    }
}
