using Npgsql;
using NpgsqlTypes;
using ServiceDefaults.Resilience;

namespace McpGateway.Audit;

/// <summary>The audit log in PostgreSQL.</summary>
internal sealed class AuditStore(NpgsqlDataSource database)
{
    private const string InsertSql = """
        INSERT INTO gateway.audit_log (
            id, occurred_at, event_type, user_name, key_id, action, resource, result,
            ip_address, user_agent, request_id, trace_id, duration_ms, instance)
        SELECT * FROM unnest(
            @id, @occurred_at, @event_type, @user_name, @key_id, @action, @resource, @result,
            @ip_address, @user_agent, @request_id, @trace_id, @duration_ms, @instance)
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>Adds the events that are not there yet, all or none.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL is away or refused.</exception>
    public Task AddAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        Abandon.OnRequest(token => InsertAsync([.. events], token), cancellationToken);

    private async Task<int> InsertAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(InsertSql);
        Add(command, "id", NpgsqlDbType.Uuid, events, entry => entry.Id);
        Add(command, "occurred_at", NpgsqlDbType.TimestampTz, events, entry => entry.Timestamp.UtcDateTime);
        AddText(command, "event_type", events, entry => entry.EventType);
        AddText(command, "user_name", events, entry => entry.User);
        AddText(command, "key_id", events, entry => entry.KeyId);
        AddText(command, "action", events, entry => entry.Action);
        AddText(command, "resource", events, entry => entry.Resource);
        AddText(command, "result", events, entry => entry.Result);
        AddText(command, "ip_address", events, entry => entry.IpAddress);
        AddText(command, "user_agent", events, entry => entry.UserAgent);
        AddText(command, "request_id", events, entry => entry.RequestId);
        AddText(command, "trace_id", events, entry => entry.TraceId);
        Add(command, "duration_ms", NpgsqlDbType.Double, events, entry => entry.DurationMs);
        AddText(command, "instance", events, entry => entry.Instance);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>PostgreSQL's text has no NUL; a caller's header or tool name may.</summary>
    private static void AddText(NpgsqlCommand command, string name, IReadOnlyList<AuditEvent> events, Func<AuditEvent, string?> value) =>
        Add(command, name, NpgsqlDbType.Text, events, entry => value(entry)?.Replace("\0", "\uFFFD", StringComparison.Ordinal));

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IReadOnlyList<AuditEvent> events, Func<AuditEvent, T> value) =>
        command.Parameters.Add(new NpgsqlParameter(name, type | NpgsqlDbType.Array) { Value = events.Select(value).ToArray() });
}
