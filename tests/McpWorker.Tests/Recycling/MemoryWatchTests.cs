using McpWorker.Recycling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Health;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Recycling;

public sealed class MemoryWatchTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly ManualTimeProvider _clock = new();
    private readonly TestLog _log = new();
    private readonly ChangingOptions<ServerOptions> _options = new(new ServerOptions { MaxMemoryRestart = "100M" });
    private readonly IHost _host;
    private readonly MemoryWatch _watch;
    private long _resident = 50 * Mebibyte;
    private long _garbage;
    private int _collections;

    public MemoryWatchTests()
    {
        _host = new HostBuilder()
            .ConfigureLogging(logging => logging.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(_log))
            .ConfigureServices(services => services
                .AddSingleton<TimeProvider>(_clock)
                .AddSingleton<IOptionsMonitor<ServerOptions>>(_options)
                .AddSingleton<DrainState>()
                .AddSingleton<MemoryWatch>()
                .AddHostedService(provider => provider.GetRequiredService<MemoryWatch>()))
            .Build();
        _watch = _host.Services.GetRequiredService<MemoryWatch>();
        _watch.ResidentBytes = () => Volatile.Read(ref _resident);
        _watch.Collect = () =>
        {
            _collections++;
            _resident -= _garbage;
            _garbage = 0;
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DrainState Drain => _host.Services.GetRequiredService<DrainState>();

    private IHostApplicationLifetime Lifetime => _host.Services.GetRequiredService<IHostApplicationLifetime>();

    public void Dispose()
    {
        _host.Dispose();
        _log.Dispose();
    }

    [Fact]
    [Trait("Requirement", "S-024")]
    public async Task A_worker_above_its_limit_drains_and_then_stops()
    {
        await _host.StartAsync(Token);
        _resident = 250 * Mebibyte;

        await UntilAsync(() => Drain.IsDraining);
        var logged = await _log.WaitForAsync(entry => entry.Event.Name == "memory_limit_exceeded", Token);
        await UntilAsync(() => Lifetime.ApplicationStopping.IsCancellationRequested);

        Assert.Contains("Needs 250 MiB of memory, more than the 100 MiB of MCP_MAX_MEMORY_RESTART", logged.Message, StringComparison.Ordinal);
        Assert.True(_watch.HasEnded);
        Assert.Equal(1, _collections);
    }

    [Fact]
    [Trait("Requirement", "S-024")]
    public async Task Garbage_is_collected_before_anything_ends()
    {
        await _host.StartAsync(Token);
        (_garbage, _resident) = (200 * Mebibyte, 250 * Mebibyte);

        await UntilAsync(() => _collections == 1);
        await AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.False(Drain.IsDraining);
        Assert.DoesNotContain(_log.Entries, entry => entry.Event.Name == "memory_limit_exceeded");
    }

    [Fact]
    [Trait("Requirement", "S-024")]
    public async Task No_limit_never_ends_a_worker()
    {
        _options.Change(new ServerOptions { MaxMemoryRestart = "0" });
        await _host.StartAsync(Token);
        _resident = long.MaxValue;

        await AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.False(Drain.IsDraining);
        Assert.Equal(0, _collections);
    }

    [Theory]
    [InlineData("1G", 1024)]
    [InlineData("100m", 100)]
    [InlineData("2048K", 2)]
    [InlineData("3145728", 3)]
    public void The_limit_is_read_as_supervisors_write_it(string text, long mebibytes) =>
        Assert.Equal(mebibytes * Mebibyte, new ServerOptions { MaxMemoryRestart = text }.MaxMemoryBytes);

    private async Task AdvanceAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(2))
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
