namespace McpGateway.Audit;

/// <summary>
/// Turns the two events of a call into one row: an intent waits for its outcome, which says everything the intent does.
/// One that waits too long (a stream, or a process that died) becomes a row of its own.
/// </summary>
internal sealed class IntentLedger
{
    private readonly Dictionary<Guid, (AuditEvent Intent, string Segment, DateTimeOffset ReadAt)> _waiting = [];

    /// <summary>Takes events as they were read, and gives back those to store.</summary>
    public IEnumerable<AuditEvent> Take(IEnumerable<AuditEvent> events, string segment, DateTimeOffset now)
    {
        foreach (var entry in events)
        {
            if (entry.IsIntent)
            {
                _waiting[entry.Id] = (entry, segment, now);
                continue;
            }

            if (entry.IntentOf is { } intent)
            {
                _waiting.Remove(intent);
            }

            yield return entry;
        }
    }

    /// <summary>Intents read before <paramref name="before"/> whose outcome has not come; they are no longer waited for.</summary>
    public IReadOnlyList<AuditEvent> TakeOverdue(DateTimeOffset before)
    {
        var overdue = _waiting.Values.Where(waiting => waiting.ReadAt <= before).Select(waiting => waiting.Intent).ToList();
        foreach (var intent in overdue)
        {
            _waiting.Remove(intent.Id);
        }

        return overdue;
    }

    /// <summary>Whether the segment holds an intent that is in no row yet.</summary>
    public bool IsWaitingIn(string segment) => _waiting.Values.Any(waiting => waiting.Segment == segment);
}
