using System.Globalization;
using Testing;

namespace Bench;

/// <summary>
/// CPU of a call with telemetry against without. Both platforms run all the time and are loaded in turns, first one then the
/// other first, so that whatever else the machine does meets both alike.
/// </summary>
internal static class TelemetryCost
{
    private const int Pairs = 7;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(8);

    public static async Task MeasureAsync(Telemetry telemetry, CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresServer();
        await using var collector = await DiscardingCollector.StartAsync(cancellationToken);
        await using var off = await Platform.StartAsync(postgres, Telemetry.None, collector.Url, cancellationToken);
        await using var on = await Platform.StartAsync(postgres, telemetry, collector.Url, cancellationToken);
        await using var scraper = new Scraper(on);
        using var loadOff = new Load(off);
        using var loadOn = new Load(on);

        Console.WriteLine(Invariant($"{telemetry} against nothing: {Pairs} pairs of {Slice.TotalSeconds} s, tools/call media_list"));
        Console.WriteLine("pair    off: gateway + worker = µs/call     on: gateway + worker = µs/call    ratio");
        await loadOff.RunAsync(WarmUp, cancellationToken);
        await loadOn.RunAsync(WarmUp, cancellationToken);

        var costs = new List<(Cost Off, Cost On)>();
        for (var pair = 1; pair <= Pairs; pair++)
        {
            var first = pair % 2 == 0 ? await CostAsync(on, loadOn, cancellationToken) : default;
            var without = await CostAsync(off, loadOff, cancellationToken);
            var with = pair % 2 == 0 ? first : await CostAsync(on, loadOn, cancellationToken);
            costs.Add((without, with));
            Console.WriteLine(Invariant($"{pair,4}    {without}    {with}    {with.Total / without.Total,5:0.000}"));
        }

        Console.WriteLine(Invariant($"gateway  {Spread.Of(costs.Select(pair => pair.On.Gateway / pair.Off.Gateway))}"));
        Console.WriteLine(Invariant($"worker   {Spread.Of(costs.Select(pair => pair.On.Worker / pair.Off.Worker))}"));
        Console.WriteLine(Invariant($"both     {Spread.Of(costs.Select(pair => pair.On.Total / pair.Off.Total))}   goal: at most 1.050"));
        Console.WriteLine(Invariant($"the collector got {collector.Bytes / 1024:N0} KiB"));
    }

    private static async Task<Cost> CostAsync(Platform platform, Load load, CancellationToken cancellationToken)
    {
        var (gateway, worker) = (platform.Gateway.CpuTime, platform.Worker.CpuTime);
        var calls = await load.RunAsync(Slice, cancellationToken);
        return new Cost((platform.Gateway.CpuTime - gateway).TotalMicroseconds / calls, (platform.Worker.CpuTime - worker).TotalMicroseconds / calls);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Microseconds of CPU a call.</summary>
    private readonly record struct Cost(double Gateway, double Worker)
    {
        public double Total => Gateway + Worker;

        public override string ToString() => Invariant($"{Gateway,12:0.0} + {Worker,6:0.0} = {Total,7:0.0}");
    }
}
