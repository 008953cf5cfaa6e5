using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpWorker.Servers;

/// <summary>
/// Trace context in a request's <c>_meta</c> (SEP-414), for servers of every transport: our own takes the place of the
/// caller's, whose trace it continues. The caller's baggage passes, as much of it as W3C asks anybody to pass.
/// </summary>
internal static class TraceMeta
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";
    private const string Baggage = "baggage";
    private const int MaxBaggageLength = 8192;

    /// <summary>Without a trace of our own, the caller's stays.</summary>
    public static void Write(JsonObject meta)
    {
        if (meta[Baggage] is { } baggage && (baggage.GetValueKind() != JsonValueKind.String || baggage.GetValue<string>().Length > MaxBaggageLength))
        {
            meta.Remove(Baggage);
        }

        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } current)
        {
            return;
        }

        meta[TraceParent] = id;
        meta.Remove(TraceState);
        if (!string.IsNullOrEmpty(current.TraceStateString))
        {
            meta[TraceState] = current.TraceStateString;
        }
    }
}
