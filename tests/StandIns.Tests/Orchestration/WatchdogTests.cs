using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class WatchdogTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public async Task Two_seconds_after_kill_9_nothing_is_left_not_even_what_left_its_group()
    {
        var run = RunMark.Create();
        using var host = ReexecutedHost.Start(_scratch.Folder, run.Value);
        await Eventually.HoldsAsync(() => File.Exists(_scratch["stubborn"]) && File.Exists(_scratch["strayed"]), "the host's children run");
        var stubborn = ReadId("stubborn");
        var strayed = ReadId("strayed");
        var watchdog = ReadId("watchdog");
        Assert.All([stubborn, strayed, watchdog], id => Assert.True(Eventually.IsAlive(id)));

        var killed = Stopwatch.GetTimestamp();
        host.Kill();

        await Eventually.HoldsAsync(
            () => !Eventually.IsAlive(stubborn) && !Eventually.IsAlive(strayed) && !Eventually.IsAlive(watchdog) && run.FindProcesses().Count == 0,
            "everything of the run is gone");
        Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Signals_meant_for_the_terminals_programs_do_not_end_it()
    {
        var run = RunMark.Create();
        var watchdog = Watchdog.Start(run);
        await using var child = ChildProcess.Start(
            new ProcessSpec("/bin/sleep", ["300"], "/", new Dictionary<string, string>(StringComparer.Ordinal)), run, watchdog, (_, _) => { });
        watchdog.Remove(999_999);
        await Eventually.HoldsAsync(() => IgnoresSignals(watchdog.ProcessId!.Value), "the script has set its traps");

        Assert.True(UnixSignal.Send(watchdog.ProcessId!.Value, UnixSignal.Interrupt));
        Assert.True(UnixSignal.Send(watchdog.ProcessId.Value, UnixSignal.Terminate));
        Assert.True(Eventually.IsAlive(watchdog.ProcessId.Value));

        await watchdog.DisposeAsync();
        Assert.Equal(128 + 15, await child.Exited.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_run_that_ended_in_order_is_over_at_once()
    {
        var started = Stopwatch.GetTimestamp();
        var watchdog = Watchdog.Start(RunMark.Create());

        await watchdog.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    public void Dispose() => _scratch.Dispose();

    private int ReadId(string name) => int.Parse(File.ReadAllText(_scratch[name]), CultureInfo.InvariantCulture);

    private static bool IgnoresSignals(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var mask = long.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask & (1 << 14)) != 0 && (mask & (1 << 1)) != 0;
    }
}
