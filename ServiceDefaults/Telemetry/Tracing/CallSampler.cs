using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>
/// One roll of the dice a call, where it enters: at the gateway. Neither the sampled flag nor the trace id of a caller
/// counts there, for whoever chooses them could have everything exported. Workers are called by gateways alone and do as
/// those did. A call left out keeps the spans of its way, without attributes, until it is known not to have failed; the
/// SQL and Redis spans below are not made at all.
/// </summary>
internal sealed class CallSampler : Sampler, IDisposable
{
    private static readonly SamplingResult Export = new(SamplingDecision.RecordAndSample);
    private static readonly SamplingResult Keep = new(SamplingDecision.RecordOnly);
    private static readonly SamplingResult Leave = new(SamplingDecision.Drop);

    private readonly bool _isEntrance;
    private readonly IDisposable? _changes;
    private volatile TracingOptions _options;

    public CallSampler(ServiceIdentity identity, IOptionsMonitor<TracingOptions> options)
    {
        _isEntrance = identity == ServiceIdentity.Gateway;
        _options = options.CurrentValue;
        _changes = options.OnChange(changed => _options = changed);
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var options = _options;
        var isDetail = samplingParameters.Kind == ActivityKind.Client && samplingParameters.Name != McpSpans.Outgoing;
        return Follows(samplingParameters.ParentContext) switch
        {
            // A command that belongs to no call is housekeeping: heartbeats, probes, the audit carrier.
            null when isDetail => Leave,
            null => Random.Shared.NextDouble() < options.SampleRatio ? Export : Unsampled(options, isDetail),
            true => Export,
            false => Unsampled(options, isDetail),
        };
    }

    public void Dispose() => _changes?.Dispose();

    private static SamplingResult Unsampled(TracingOptions options, bool isDetail) => options.KeepErrors && !isDetail ? Keep : Leave;

    /// <summary>What was decided before, by this process or by a gateway; null: nothing that counts.</summary>
    private bool? Follows(ActivityContext parent) =>
        // A span that joins the trace in a caller's _meta has a remote parent, but lies within the HTTP request's span.
        parent.IsRemote && Activity.Current is { } around ? around.Recorded
            : parent.TraceId == default || (parent.IsRemote && _isEntrance) ? null
            : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
}
