using Npgsql;

namespace ServiceDefaults.Instances;

/// <summary>Heartbeats in <c>gateway.instances</c>, stamped with the database's clock.</summary>
internal sealed class PostgresInstances(NpgsqlDataSource database)
{
    private const string BeatSql = """
        INSERT INTO gateway.instances (id, service, address, metrics_address, version, state, started_at, last_heartbeat)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now())
        ON CONFLICT (id) DO UPDATE SET
            address = excluded.address, metrics_address = excluded.metrics_address,
            state = excluded.state, last_heartbeat = excluded.last_heartbeat
        """;

    private const string SweepSql = "DELETE FROM gateway.instances WHERE last_heartbeat < now() - interval '1 hour'";

    private const string ReadSql = """
        SELECT id, service, address, metrics_address, version, state, started_at, last_heartbeat, now() - last_heartbeat
        FROM gateway.instances
        WHERE last_heartbeat > now() - interval '5 minutes'
        """;

    public async Task BeatAsync(Instance instance, CancellationToken cancellationToken)
    {
        await using var beat = database.CreateCommand(BeatSql);
        foreach (object value in (ReadOnlySpan<object>)
            [instance.Id, instance.Service, instance.Address, instance.MetricsAddress, instance.Version, instance.State, instance.StartedAt])
        {
            beat.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await beat.ExecuteNonQueryAsync(cancellationToken);

        await using var sweep = database.CreateCommand(SweepSql);
        await sweep.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM gateway.instances WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<InstanceSighting>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sightings = new List<InstanceSighting>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var instance = new Instance(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetFieldValue<DateTimeOffset>(7));
            sightings.Add(new InstanceSighting(instance, reader.GetFieldValue<TimeSpan>(8)));
        }

        return sightings;
    }
}
