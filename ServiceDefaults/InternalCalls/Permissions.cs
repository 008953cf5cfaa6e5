namespace ServiceDefaults.InternalCalls;

/// <summary>
/// Permission strings and what they cover (S-071). A needed permission is <c>tool:&lt;server&gt;/&lt;name&gt;:&lt;call or list&gt;</c>;
/// a granted one may hold <c>*</c> for any run of characters within one of its parts: <c>tool:media/*:call</c>,
/// <c>tool:*/search:*</c>, <c>admin:users:*</c>. <c>*</c> alone grants everything. <c>tools:media.*</c> and
/// <c>tools:media.search</c> stand for the same with <c>call</c> and <c>list</c>.
/// </summary>
public static class Permissions
{
    public const string Call = "call";
    public const string List = "list";

    /// <summary>The permission an action on a tool needs.</summary>
    /// <param name="server">Module name, or the name of a hosted, upstream or virtual server.</param>
    /// <param name="name">The tool's own name, without the server's prefix.</param>
    /// <param name="action"><see cref="Call"/> or <see cref="List"/>.</param>
    public static string ForTool(string server, string name, string action) => $"tool:{server}/{name}:{action}";

    /// <summary>Whether one of the granted permissions covers the needed one. Comparison is case-sensitive.</summary>
    public static bool Allows(IReadOnlyList<string> granted, string needed)
    {
        for (var i = 0; i < granted.Count; i++)
        {
            if (Covers(granted[i], needed))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Covers(ReadOnlySpan<char> granted, ReadOnlySpan<char> needed)
    {
        if (granted is "*" || granted.SequenceEqual(needed))
        {
            return true;
        }

        return granted.StartsWith("tools:") ? AliasCovers(granted[6..], needed) : PartsMatch(granted, needed);
    }

    /// <summary>The older form has one dot between server and tool and names no action: it covers both.</summary>
    private static bool AliasCovers(ReadOnlySpan<char> granted, ReadOnlySpan<char> needed)
    {
        if (!needed.StartsWith("tool:"))
        {
            return false;
        }

        needed = needed[5..];
        var action = needed.LastIndexOf(':');
        var slash = needed.IndexOf('/');
        if (slash < 0 || action < slash)
        {
            return false;
        }

        if (granted is "*")
        {
            return true;
        }

        var dot = granted.IndexOf('.');
        return dot > 0
            && Matches(granted[..dot], needed[..slash])
            && Matches(granted[(dot + 1)..], needed[(slash + 1)..action]);
    }

    /// <summary>Both must have the same parts, so that a wildcard never reaches over a separator.</summary>
    private static bool PartsMatch(ReadOnlySpan<char> granted, ReadOnlySpan<char> needed)
    {
        while (true)
        {
            var grantedEnd = granted.IndexOfAny(':', '/');
            var neededEnd = needed.IndexOfAny(':', '/');
            if (grantedEnd < 0 || neededEnd < 0)
            {
                return grantedEnd == neededEnd && Matches(granted, needed);
            }

            if (granted[grantedEnd] != needed[neededEnd] || !Matches(granted[..grantedEnd], needed[..neededEnd]))
            {
                return false;
            }

            granted = granted[(grantedEnd + 1)..];
            needed = needed[(neededEnd + 1)..];
        }
    }

    /// <summary>Glob match of one part in linear time: only the last star is ever tried again.</summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }
}
