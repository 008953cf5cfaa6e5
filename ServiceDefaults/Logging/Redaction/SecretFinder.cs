using System.Buffers;
using System.Runtime.InteropServices;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>Where a secret stands whose sign was found. Every search goes forward only, so a hostile text costs no more than its length.</summary>
internal static class SecretFinder
{
    private const int LongestName = 64;
    private const int ShortestToken = 16;
    private const int LongestAuthority = 1024;

    private static readonly SearchValues<char> UrlEnds = SearchValues.Create(" \t\r\n\"'<>\\");

    /// <summary>The secret, none when <c>Start</c> equals <c>End</c>, and where to look on.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Found(int Start, int End, int Next)
    {
        public static Found Nothing(int next) => new(next, next, next);

        public static Found Secret(int start, int end) => new(start, end, end);
    }

    public static Found At(string text, int at)
    {
        var rest = text.AsSpan(at);
        return Begins(rest, "://") ? InUrl(text, at + 3)
            : Begins(rest, "bearer ") ? AfterScheme(text, at + 7, ofBase64: false)
            : Begins(rest, "bearer%20") ? AfterScheme(text, at + 9, ofBase64: false)
            : Begins(rest, "basic ") ? AfterScheme(text, at + 6, ofBase64: true)
            : Begins(rest, "mcpk_") ? Found.Secret(at, EndOf(text, at, IsTokenCharacter))
            : rest.StartsWith("eyJ", StringComparison.Ordinal) ? JsonWebToken(text, at)
            : Begins(rest, "private key-----") ? PrivateKey(text, at)
            : Named(text, at);
    }

    private static bool Begins(ReadOnlySpan<char> text, string sign) => text.StartsWith(sign, StringComparison.OrdinalIgnoreCase);

    private static bool IsTokenCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';

    private static bool IsNameCharacter(char character) => char.IsLetterOrDigit(character) || character is '_' or '-' or '.';

    private static bool IsSpace(char character) => character is ' ' or '\t';

    private static int EndOf(string text, int start, Func<char, bool> belongs)
    {
        while (start < text.Length && belongs(text[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>"Basic" is a word of English too; what follows it as a credential is base64 and not all in lower case.</summary>
    private static Found AfterScheme(string text, int at, bool ofBase64)
    {
        var start = EndOf(text, at, IsSpace);
        var end = EndOf(text, start, static character => !char.IsWhiteSpace(character) && character is not ('"' or '\'' or ',' or ';' or '\\'));
        var credential = text.AsSpan(start, end - start);
        var isChallenge = Begins(credential, "realm=") || Begins(credential, "error=");
        var isWord = ofBase64 && (credential.Length < 4 || !credential.ContainsAnyExceptInRange('a', 'z'));
        return isChallenge || isWord ? Found.Nothing(start) : Found.Secret(start, end);
    }

    private static Found JsonWebToken(string text, int at)
    {
        if (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
        {
            return Found.Nothing(at + 3);
        }

        var end = EndOf(text, at, IsTokenCharacter);
        return end - at < ShortestToken ? Found.Nothing(end) : Found.Secret(at, end);
    }

    private static Found PrivateKey(string text, int at)
    {
        var start = at + "private key-----".Length;
        var end = text.IndexOf("-----END", start, StringComparison.OrdinalIgnoreCase);
        return Found.Secret(start, end < 0 ? text.Length : end);
    }

    /// <summary>
    /// <c>user:password@</c> loses the password, <c>token@</c> all of it. A password with an unescaped slash ends at the last @
    /// before a space; the colon before what is no port gives it away.
    /// </summary>
    private static Found InUrl(string text, int start)
    {
        var url = text.AsSpan(start, Math.Min(text.Length - start, LongestAuthority));
        var end = url.IndexOfAny(UrlEnds);
        url = end < 0 ? url : url[..end];
        var path = url.IndexOfAny('/', '?', '#');
        var authority = path < 0 ? url : url[..path];
        var at = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':');
        if (at < 0 && colon > 0 && authority[0] != '[' && authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9'))
        {
            at = url.LastIndexOf('@');
        }

        if (at <= 0)
        {
            return Found.Nothing(start);
        }

        colon = url[..at].IndexOf(':');
        return Found.Secret(start + colon + 1, start + at);
    }

    /// <summary><c>name=value</c>, <c>name: value</c>, <c>"name":"value"</c>, <c>--name value</c>, <c>name 'value'</c>.</summary>
    private static Found Named(string text, int at)
    {
        var nameStart = at;
        while (nameStart > 0 && at - nameStart < LongestName && IsNameCharacter(text[nameStart - 1]))
        {
            nameStart--;
        }

        if (nameStart > 0 && text[nameStart - 1] == '%' && nameStart + 2 <= at)
        {
            // The digits of an escape are no part of the name.
            nameStart += 2;
        }

        var nameEnd = Math.Max(EndOf(text, at, IsNameCharacter), at + 1);
        if (Begins(text.AsSpan(at), "api key"))
        {
            nameEnd = EndOf(text, at + 7, IsNameCharacter);
        }

        var value = ValueStart(text, nameStart, nameEnd);
        if (value < 0 || nameEnd - nameStart > LongestName * 2 || !SecretNames.IsSecret(text[nameStart..nameEnd]))
        {
            return Found.Nothing(nameEnd);
        }

        var (start, end) = SecretValue.At(text, value, runsToLineEnd: IsHeaderWithSpaces(text.AsSpan(nameStart, nameEnd - nameStart)));
        return start == end ? Found.Nothing(nameEnd) : new Found(start, end, Math.Max(end, nameEnd));
    }

    private static bool IsHeaderWithSpaces(ReadOnlySpan<char> name) =>
        name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase) || name.EndsWith("cookie", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the value of a name begins; -1 when nothing is assigned to it.</summary>
    private static int ValueStart(string text, int nameStart, int nameEnd)
    {
        var separator = EndOf(text, nameEnd, static character => character is '"' or '\'' or '\\' or ']' || IsSpace(character));
        var value = EndOf(text, separator, static character => character is '=' or ':' or '>');
        if (value > separator)
        {
            return EndOf(text, value, IsSpace);
        }

        if (Begins(text.AsSpan(separator), "%3D") || Begins(text.AsSpan(separator), "%3A"))
        {
            return separator + 3;
        }

        // SQL and command lines assign by a space.
        var next = EndOf(text, nameEnd, IsSpace);
        var isQuoted = next > nameEnd && next < text.Length && text[next] is '"' or '\'';
        var isOption = next > nameEnd && next < text.Length && text.AsSpan(nameStart).StartsWith("--", StringComparison.Ordinal);
        return isQuoted || isOption ? next : -1;
    }
}
