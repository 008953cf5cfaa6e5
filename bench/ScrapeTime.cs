using System.Diagnostics;
using System.Globalization;
using Testing;

namespace Bench;

/// <summary>How long a scrape takes after some load, with everything on.</summary>
internal static class ScrapeTime
{
    private const int Scrapes = 300;
    private static readonly string[] Services = ["gateway", "worker"];
    private const int WarmUpCalls = 20_000;

    public static async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresServer();
        await using var collector = await DiscardingCollector.StartAsync(cancellationToken);
        await using var platform = await Platform.StartAsync(postgres, Telemetry.All, collector.Url, cancellationToken);
        using var load = new Load(platform);
        await load.RunAsync(WarmUpCalls, cancellationToken);
        using var client = new HttpClient();
        foreach (var (service, address) in Services.Zip(platform.MetricsAddresses))
        {
            var times = new List<double>();
            var length = 0;
            for (var scrape = 0; scrape < Scrapes; scrape++)
            {
                var started = Stopwatch.GetTimestamp();
                length = (await client.GetByteArrayAsync(address, cancellationToken)).Length;
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{service,-8} median {times[Scrapes / 2]:0.00} ms, p99 {times[Scrapes * 99 / 100]:0.00} ms, {length / 1024.0:0.0} KiB   goal: at most 20 ms"));
        }
    }
}
