using System.Text.RegularExpressions;

namespace ServiceDefaults;

/// <summary>Names of MCP servers, modules among them, as settings, permissions and paths use them (design.md §6).</summary>
public static partial class ServerNames
{
    /// <summary>Whether it is 1 to 24 of <c>a-z 0-9 -</c>.</summary>
    public static bool IsValid(string name) => Valid().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9-]{1,24}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Valid();
}
