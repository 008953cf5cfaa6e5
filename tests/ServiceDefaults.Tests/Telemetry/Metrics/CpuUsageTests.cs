using ServiceDefaults.Telemetry.Metrics.Usage;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-190")]
public sealed class CpuUsageTests
{
    private readonly ManualTimeProvider _clock = new();
    private TimeSpan _used = TimeSpan.FromMinutes(3);

    [Fact]
    public void One_busy_core_of_two_is_half()
    {
        using var usage = Make(cores: 2);

        Run(seconds: 10, share: 1);

        Assert.Equal(50, usage.Percent(), 3);
    }

    [Fact]
    public void Half_a_core_granted_and_used_up_is_all()
    {
        using var usage = Make(cores: 0.5);

        Run(seconds: 10, share: 0.5);

        Assert.Equal(100, usage.Percent(), 3);
    }

    [Fact]
    public void An_idle_hour_does_not_hide_ten_busy_seconds_nor_the_reverse()
    {
        using var usage = Make(cores: 1);

        Run(seconds: 3600, share: 0);
        Run(seconds: 10, share: 1);
        var busy = usage.Percent();
        Run(seconds: 10, share: 0);

        Assert.Equal(100, busy, 3);
        Assert.Equal(0, usage.Percent(), 3);
    }

    [Fact]
    public void One_reader_does_not_change_what_another_sees()
    {
        using var usage = Make(cores: 1);
        Run(seconds: 10, share: 1);
        for (var look = 0; look < 50; look++)
        {
            _ = usage.Percent();
        }

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.InRange(usage.Percent(), 99, 100);
    }

    [Fact]
    public void Nothing_is_known_before_any_time_has_passed()
    {
        using var usage = Make(cores: 1);

        Assert.Equal(0, usage.Percent());
    }

    private CpuUsage Make(double cores) => new(_clock, () => _used, cores);

    private void Run(int seconds, double share)
    {
        for (var second = 0; second < seconds; second++)
        {
            _used += TimeSpan.FromSeconds(share);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
