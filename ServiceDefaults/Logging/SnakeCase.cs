using System.Collections.Concurrent;
using System.Text.Json;

namespace ServiceDefaults.Logging;

/// <summary>Field names as logs have them: <c>RequestId</c> becomes <c>request_id</c>.</summary>
internal static class SnakeCase
{
    // Names come from message templates in code; the bound is for scopes that might carry a caller's text.
    private const int MostNames = 2_000;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string Of(string name)
    {
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        var converted = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        if (Known.Count < MostNames)
        {
            Known.TryAdd(name, converted);
        }

        return converted;
    }
}
