using System.Diagnostics;
using McpGateway.Authentication;
using McpGateway.RequestLog;
using ServiceDefaults.Instances;
using ServiceDefaults.Logging;

namespace McpGateway.Audit;

/// <summary>Records what happens, on requests and by itself. Appending is a write to a local file: no caller waits for the database.</summary>
internal sealed partial class AuditTrail(AuditSpool spool, InstanceIdentity instance, SideLogs logs, TimeProvider clock, ILogger<AuditTrail> logger)
{
    /// <summary>Who did what nobody asked for. No account can have this name.</summary>
    public const string System = "system:gateway";

    private const int MaxText = 512;

    /// <summary>Records something that is over, such as a refusal.</summary>
    public void Record(HttpContext context, string eventType, string action, string resource, string result) =>
        Append(Describe(context, eventType, action, resource, result));

    /// <summary>Records what the process did without a request, such as reading its settings again.</summary>
    public void RecordSystem(string eventType, string action, string resource, string result) =>
        Append(Make(eventType, System, action, resource, result));

    /// <summary>Names in one text that fits an event; those that do not fit are counted, not cut in the middle.</summary>
    public static string List(IReadOnlyList<string> names)
    {
        var text = string.Join(", ", names);
        for (var shown = names.Count - 1; text.Length > MaxText && shown > 0; shown--)
        {
            text = $"{string.Join(", ", names.Take(shown))} and {names.Count - shown} more";
        }

        return text;
    }

    /// <summary>Records that a call is about to be forwarded.</summary>
    public AuditEvent RecordIntent(HttpContext context, string eventType, string action, string resource)
    {
        var intent = Describe(context, eventType, action, resource, AuditEvent.Started);
        Append(intent);
        return intent;
    }

    /// <summary>Records what came of an intent.</summary>
    public void RecordOutcome(AuditEvent intent, string result, TimeSpan elapsed) => Append(intent with
    {
        Id = Guid.CreateVersion7(clock.GetUtcNow()),
        Timestamp = clock.GetUtcNow(),
        Result = result,
        DurationMs = Math.Round(elapsed.TotalMilliseconds, 3),
        IntentOf = intent.Id,
    });

    /// <summary>Whoever puts a key where a name belongs must not find it in the audit log.</summary>
    private static string Clean(string text) => CleanText.Of(text, MaxText);

    private AuditEvent Describe(HttpContext context, string eventType, string action, string resource, string result)
    {
        var caller = context.Features.Get<Caller>();
        return Make(eventType, caller?.Identity.Name, action, resource, result) with
        {
            KeyId = caller?.KeyId,
            IpAddress = ClientAddress.Of(context),
            UserAgent = Clean(context.Request.Headers.UserAgent.ToString()),
            RequestId = context.TraceIdentifier,
        };
    }

    private AuditEvent Make(string eventType, string? user, string action, string resource, string result)
    {
        var now = clock.GetUtcNow();
        return new AuditEvent(
            Guid.CreateVersion7(now),
            now,
            eventType,
            user,
            KeyId: null,
            Clean(action),
            Clean(resource),
            result,
            IpAddress: null,
            UserAgent: null,
            RequestId: null,
            Activity.Current?.TraceId.ToHexString(),
            DurationMs: null,
            instance.Id,
            IntentOf: null);
    }

    private void Append(AuditEvent entry)
    {
        var line = entry.ToLine();
        if (logs.WritesAudit)
        {
            logs.Audit(line);
        }

        try
        {
            spool.Append(line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The service's log is then the only place that has it: every field that tells who did what goes there.
            LogNotSpooled(exception, entry.EventType, entry.User, entry.Action, entry.Resource, entry.Result, entry.RequestId, entry.Id);
        }
    }

    [LoggerMessage(LogLevel.Error, "Audit event {EventType} by {User} ({Action} {Resource}: {Result}; request {AuditRequestId}, id {AuditId}) could not be spooled", EventName = "audit_not_spooled")]
    private partial void LogNotSpooled(
        Exception exception, string eventType, string? user, string action, string resource, string result, string? auditRequestId, Guid auditId);
}
