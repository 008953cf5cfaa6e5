using System.Diagnostics;
using OpenTelemetry.Trace;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Telemetry.Tracing;
using Testing;

namespace ServiceDefaults.Tests.Telemetry;

public sealed class CallSamplerTests
{
    private readonly ChangingOptions<TracingOptions> _options = new(new TracingOptions());

    [Fact]
    [Trait("Requirement", "S-204")]
    public void A_changed_ratio_counts_from_the_next_call_on()
    {
        using var sampler = new CallSampler(ServiceIdentity.Gateway, _options);

        _options.Change(new TracingOptions { SampleRatio = 1 });
        var all = Sample(sampler, Parent(remote: true, sampled: false));
        _options.Change(new TracingOptions { SampleRatio = 0, KeepErrors = false });
        var none = Sample(sampler, Parent(remote: true, sampled: true));

        Assert.Equal(SamplingDecision.RecordAndSample, all);
        Assert.Equal(SamplingDecision.Drop, none);
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public void One_trace_id_repeated_for_ever_is_exported_no_more_often_than_others()
    {
        using var sampler = new CallSampler(ServiceIdentity.Gateway, _options);
        var parent = Parent(remote: true, sampled: true);

        var exported = Enumerable.Range(0, 10_000).Count(_ => Sample(sampler, parent) == SamplingDecision.RecordAndSample);

        Assert.InRange(exported, 800, 1200);
    }

    [Theory]
    [InlineData(true, SamplingDecision.RecordAndSample)]
    [InlineData(false, SamplingDecision.RecordOnly)]
    [Trait("Requirement", "S-204")]
    public void A_worker_does_as_the_gateway_did(bool sampled, SamplingDecision expected)
    {
        using var sampler = new CallSampler(ServiceIdentity.Worker, _options);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(expected, Sample(sampler, Parent(remote: true, sampled))));
    }

    [Theory]
    [InlineData("SELECT", SamplingDecision.Drop)]
    [InlineData(McpSpans.Outgoing, SamplingDecision.RecordOnly)]
    public void Below_a_call_left_out_only_the_way_of_the_call_is_kept(string name, SamplingDecision expected)
    {
        using var sampler = new CallSampler(ServiceIdentity.Gateway, _options);

        Assert.Equal(expected, Sample(sampler, Parent(remote: false, sampled: false), name, ActivityKind.Client));
    }

    [Fact]
    public void A_command_that_belongs_to_no_call_makes_no_trace()
    {
        _options.Change(new TracingOptions { SampleRatio = 1 });
        using var sampler = new CallSampler(ServiceIdentity.Gateway, _options);

        Assert.Equal(SamplingDecision.Drop, Sample(sampler, default, "SELECT", ActivityKind.Client));
        Assert.Equal(SamplingDecision.RecordAndSample, Sample(sampler, default, "drill", ActivityKind.Internal));
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public void A_flood_of_failures_is_cut_to_a_trickle()
    {
        var clock = new ManualTimeProvider();
        using var failed = new FailedSpans(_options, clock);

        var first = Enumerable.Range(0, 1000).Count(_ => IsKept());
        clock.Advance(TimeSpan.FromSeconds(1));
        var later = Enumerable.Range(0, 1000).Count(_ => IsKept());

        Assert.Equal((100, 20), (first, later));

        bool IsKept()
        {
            using var around = new Activity("around").Start();
            using var span = new Activity("call").Start();
            span.SetStatus(ActivityStatusCode.Error);
            failed.OnEnd(span);
            Assert.Equal(span.Recorded, around.Recorded);
            return span.Recorded;
        }
    }

    private static SamplingDecision Sample(
        CallSampler sampler, ActivityContext parent, string name = "request", ActivityKind kind = ActivityKind.Server) =>
        sampler.ShouldSample(new SamplingParameters(parent, parent == default ? ActivityTraceId.CreateRandom() : parent.TraceId, name, kind)).Decision;

    private static ActivityContext Parent(bool remote, bool sampled) => new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), sampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, null, remote);
}
