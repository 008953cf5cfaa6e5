namespace ServiceDefaults.Settings.Schema;

/// <summary>The known name a misspelt one was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>Null when nothing is near: more than a quarter of the letters differ.</summary>
    public static string? Of(string unknown, IEnumerable<string> known)
    {
        var nearest = known
            .Select(name => (name, distance: Distance(unknown.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.distance)
            .ThenBy(candidate => candidate.name, StringComparer.Ordinal)
            .FirstOrDefault();

        return nearest.name is not null && nearest.distance <= Math.Max(2, unknown.Length / 4) ? nearest.name : null;
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
