using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace McpWorker.Tools;

/// <summary>Names as model APIs accept them: 1 to 64 of <c>a-z A-Z 0-9 _ -</c>.</summary>
internal static partial class ToolNames
{
    private const int MaxLength = 64;
    private const int HashDigits = 4;

    public static string OfModule(string module, string tool) => Fit($"{module}_{tool}");

    public static string OfServer(string server, string tool) => Fit($"{server}__{tool}");

    /// <summary>Other characters become <c>_</c>. A name that had to be cut ends in four digits of its hash, so that two long ones stay apart.</summary>
    public static string Fit(string name)
    {
        var clean = NotAllowed().Replace(name, "_");
        return clean.Length is > 0 and <= MaxLength ? clean : WithHash(clean, name);
    }

    /// <summary>The name with four hash digits at its end, for a name that is already taken.</summary>
    public static string WithHash(string clean, string original)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(original)))[..HashDigits];
        return $"{clean[..Math.Min(clean.Length, MaxLength - HashDigits - 1)]}_{hash}";
    }

    [GeneratedRegex("[^a-zA-Z0-9_-]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotAllowed();
}
