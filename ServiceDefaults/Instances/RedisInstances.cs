using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;

namespace ServiceDefaults.Instances;

/// <summary>
/// Heartbeats in Redis: one hash, a field an instance, each value stamped with the server's own time by the script that
/// writes it. Fields of processes that died are removed by the heartbeats of the others.
/// </summary>
internal sealed class RedisInstances(IConnectionMultiplexer redis)
{
    private const string BeatScript = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2])
        redis.call('PEXPIRE', KEYS[1], 600000)
        local all = redis.call('HGETALL', KEYS[1])
        for i = 1, #all, 2 do
          local at = tonumber(string.match(all[i + 1], '^%d+'))
          if not at or now - at > 60000 then redis.call('HDEL', KEYS[1], all[i]) end
        end
        return 1
        """;

    private const string ReadScript = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        return {string.format('%.0f', now), redis.call('HVALS', KEYS[1])}
        """;

    private static readonly RedisKey Key = "mcp:instances";

    public async Task BeatAsync(Instance instance, CancellationToken cancellationToken)
    {
        var value = JsonSerializer.Serialize(instance, InstanceJson.Default.Instance);
        await redis.GetDatabase().ScriptEvaluateAsync(BeatScript, [Key], [instance.Id, value])
            .WaitAsync(cancellationToken);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        await redis.GetDatabase().HashDeleteAsync(Key, id).WaitAsync(cancellationToken);

    public async Task<IReadOnlyList<InstanceSighting>> ReadAsync(CancellationToken cancellationToken)
    {
        var result = (RedisResult[]?)await redis.GetDatabase().ScriptEvaluateAsync(ReadScript, [Key])
            .WaitAsync(cancellationToken);
        var now = long.Parse((string)result![0]!, CultureInfo.InvariantCulture);
        return [.. ((RedisResult[])result[1]!).Select(value => Parse((string)value!, now)).OfType<InstanceSighting>()];
    }

    /// <summary>A value is <c>unix-milliseconds {json}</c>. What does not parse was written by another version: skip it.</summary>
    private static InstanceSighting? Parse(string value, long now)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        if (space < 1 || !long.TryParse(value.AsSpan(0, space), CultureInfo.InvariantCulture, out var at))
        {
            return null;
        }

        try
        {
            var instance = JsonSerializer.Deserialize(value.AsSpan(space + 1), InstanceJson.Default.Instance);
            return instance is null ? null : new InstanceSighting(
                instance with { LastHeartbeat = DateTimeOffset.FromUnixTimeMilliseconds(at) }, TimeSpan.FromMilliseconds(now - at));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(Instance))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class InstanceJson : JsonSerializerContext;
