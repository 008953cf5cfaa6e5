namespace Bench;

/// <summary>Reads both metrics endpoints every 5 seconds, as Prometheus would.</summary>
internal sealed class Scraper : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _client = new();
    private readonly Task _scraping;

    public Scraper(Platform platform) => _scraping = ScrapeAsync(platform.MetricsAddresses);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _scraping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _end.Dispose();
    }

    private async Task ScrapeAsync(IReadOnlyList<string> addresses)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            foreach (var address in addresses)
            {
                await _client.GetStringAsync(address, _end.Token);
            }
        }
        while (await timer.WaitForNextTickAsync(_end.Token));
    }
}
