using Bench;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["telemetry", .. var options] when Telemetry.TryParse(options, out var telemetry):
        await TelemetryCost.MeasureAsync(telemetry, stop.Token);
        return 0;
    case ["scrape"]:
        await ScrapeTime.MeasureAsync(stop.Token);
        return 0;
    case ["lists"]:
        await ListTime.MeasureAsync(stop.Token);
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            bench telemetry [metrics] [traces] [logs]   CPU of a call with telemetry (all three unless some are named) against without
            bench scrape                                how long /metrics takes with everything on
            bench lists                                 CPU of tools/list with 500 tools in a worker
            """);
        return 2;
}
