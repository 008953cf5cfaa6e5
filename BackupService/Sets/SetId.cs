using System.Globalization;
using System.Text.RegularExpressions;

namespace BackupService.Sets;

/// <summary>Name of a set: UTC second of its start, with -1, -2, … when that second is taken. Names sort by time.</summary>
internal static partial class SetId
{
    public static string New(DateTimeOffset now, Func<string, bool> isTaken)
    {
        var second = now.UtcDateTime.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture);
        var id = second;

        for (var number = 1; isTaken(id); number++)
        {
            id = $"{second}-{number}";
        }

        return id;
    }

    /// <summary>Whether a text from outside can name a set; it becomes part of a path.</summary>
    public static bool IsValid(string text) => Form().IsMatch(text);

    /// <summary>Orders -10 after -9.</summary>
    public static int Compare(string left, string right) => Parts(left).CompareTo(Parts(right));

    private static (string Second, int Number) Parts(string id)
    {
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (id, 0) : (id[..dash], int.Parse(id.AsSpan(dash + 1), CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"\A[0-9]{8}_[0-9]{6}(-[0-9]{1,4})?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
