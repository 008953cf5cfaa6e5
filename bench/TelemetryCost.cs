using System.Globalization;
using Testing;

namespace Bench;

/// <summary>
/// CPU of a call with telemetry against without. Both platforms run all the time and are loaded in short turns, so that
/// whatever else the machine does meets both alike.
/// </summary>
internal static class TelemetryCost
{
    private const int Rounds = 10;
    private const int Turns = 50;
    private const int WarmUpCalls = 20_000;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.1);

    public static async Task MeasureAsync(Telemetry telemetry, CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresServer();
        await using var collector = await DiscardingCollector.StartAsync(cancellationToken);
        await using var off = await Platform.StartAsync(postgres, Telemetry.None, collector.Url, cancellationToken);
        await using var on = await Platform.StartAsync(postgres, telemetry, collector.Url, cancellationToken);
        await using var scraper = new Scraper(on);
        using var loadOff = new Load(off);
        using var loadOn = new Load(on);

        Console.WriteLine(Invariant($"{telemetry} against nothing: {Rounds} rounds of {Turns} turns of {Turn.TotalSeconds} s each, tools/call media_list"));
        await loadOff.RunAsync(WarmUpCalls, cancellationToken);
        await loadOn.RunAsync(WarmUpCalls, cancellationToken);

        Console.WriteLine("round     off: gateway + worker = µs/call     on: gateway + worker = µs/call    ratio");
        var costs = new List<(Cost Off, Cost On)>();
        for (var round = 1; round <= Rounds; round++)
        {
            var (meterOff, meterOn) = (new Meter(off), new Meter(on));
            for (var turn = 0; turn < Turns; turn++)
            {
                var first = (round + turn) % 2 == 0;
                await (first ? meterOff.RunAsync(loadOff, Turn, cancellationToken) : meterOn.RunAsync(loadOn, Turn, cancellationToken));
                await (first ? meterOn.RunAsync(loadOn, Turn, cancellationToken) : meterOff.RunAsync(loadOff, Turn, cancellationToken));
            }

            costs.Add((meterOff.Cost, meterOn.Cost));
            Console.WriteLine(Invariant($"{round,5}    {costs[^1].Off}    {costs[^1].On}    {costs[^1].On.Total / costs[^1].Off.Total,5:0.000}"));
        }

        Console.WriteLine(Invariant($"gateway  {Spread.Of(costs.Select(pair => pair.On.Gateway / pair.Off.Gateway))}"));
        Console.WriteLine(Invariant($"worker   {Spread.Of(costs.Select(pair => pair.On.Worker / pair.Off.Worker))}"));
        Console.WriteLine(Invariant($"both     {Spread.Of(costs.Select(pair => pair.On.Total / pair.Off.Total))}   goal: at most 1.050"));
        Console.WriteLine(Invariant($"the collector got {collector.Bytes / 1024:N0} KiB; {loadOff.Failed} and {loadOn.Failed} calls failed"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>All CPU a platform has had since this was made, what it did while the other was loaded included.</summary>
    private sealed class Meter(Platform platform)
    {
        private readonly TimeSpan _gateway = platform.Gateway.CpuTime;
        private readonly TimeSpan _worker = platform.Worker.CpuTime;
        private int _calls;

        public Cost Cost => new(
            (platform.Gateway.CpuTime - _gateway).TotalMicroseconds / _calls, (platform.Worker.CpuTime - _worker).TotalMicroseconds / _calls);

        public async Task RunAsync(Load load, TimeSpan time, CancellationToken cancellationToken) => _calls += await load.RunAsync(time, cancellationToken);
    }

    /// <summary>Microseconds of CPU a call.</summary>
    private sealed record Cost(double Gateway, double Worker)
    {
        public double Total => Gateway + Worker;

        public override string ToString() => Invariant($"{Gateway,12:0.0} + {Worker,6:0.0} = {Total,7:0.0}");
    }
}
