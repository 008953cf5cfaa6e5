using System.Net;
using System.Text;

namespace McpWorker.Media.Reading;

/// <summary>
/// The text a reader of an HTML page sees: tags, comments, scripts and styles left out, block elements as paragraphs,
/// <c>h1</c> to <c>h6</c> as Markdown headings. It reads tags as a browser's tokenizer does (quoted attributes,
/// unclosed comments, raw text elements); it builds no tree, because none is needed.
/// </summary>
internal sealed class HtmlText
{
    private static readonly HashSet<string> Hidden = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "template", "noscript", "svg", "head" };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form", "header",
        "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
    };

    private readonly StringBuilder _text = new();
    private readonly string _html;
    private int _at;

    private HtmlText(string html) => _html = html;

    public static string Extract(string html) => new HtmlText(html).Read();

    private string Read()
    {
        while (_at < _html.Length)
        {
            var open = _html.IndexOf('<', _at);
            AppendText(_html.AsSpan(_at, (open < 0 ? _html.Length : open) - _at));
            _at = open < 0 ? _html.Length : open;
            if (_at < _html.Length)
            {
                ReadMarkup();
            }
        }

        return _text.ToString().Trim();
    }

    private void ReadMarkup()
    {
        var rest = _html.AsSpan(_at);
        if (rest.StartsWith("<!--"))
        {
            SkipPast("-->", _at + 4);
        }
        else if (rest.Length > 1 && rest[1] is '!' or '?')
        {
            SkipPast(">", _at + 1);
        }
        else if (rest.Length > 1 && (char.IsAsciiLetter(rest[1]) || (rest[1] == '/' && rest.Length > 2 && char.IsAsciiLetter(rest[2]))))
        {
            ReadTag();
        }
        else
        {
            // A lone '<' is text.
            AppendText("<");
            _at++;
        }
    }

    private void ReadTag()
    {
        var isEnd = _html[_at + 1] == '/';
        var start = _at + (isEnd ? 2 : 1);
        var end = start;
        while (end < _html.Length && !char.IsWhiteSpace(_html[end]) && _html[end] is not ('>' or '/'))
        {
            end++;
        }

        var name = _html[start..end];
        _at = EndOfTag(end);
        if (!isEnd && Hidden.Contains(name))
        {
            var closing = _html.IndexOf($"</{name}", _at, StringComparison.OrdinalIgnoreCase);
            SkipPast(">", closing < 0 ? _html.Length : closing);
        }
        else if (name.Length == 2 && name[0] is 'h' or 'H' && name[1] is >= '1' and <= '6')
        {
            BreakParagraph();
            _text.Append(isEnd ? "" : new string('#', name[1] - '0') + " ");
        }
        else if (Blocks.Contains(name))
        {
            BreakParagraph();
        }
    }

    /// <summary>Position after the tag's '>'; one inside a quoted attribute does not count.</summary>
    private int EndOfTag(int from)
    {
        var quote = '\0';
        for (var i = from; i < _html.Length; i++)
        {
            var c = _html[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '>')
            {
                return i + 1;
            }
        }

        return _html.Length;
    }

    private void SkipPast(string end, int from)
    {
        var found = from >= _html.Length ? -1 : _html.IndexOf(end, from, StringComparison.Ordinal);
        _at = found < 0 ? _html.Length : found + end.Length;
    }

    private void AppendText(ReadOnlySpan<char> raw)
    {
        foreach (var c in WebUtility.HtmlDecode(raw.ToString()))
        {
            if (!char.IsWhiteSpace(c))
            {
                _text.Append(c == '\0' ? ' ' : c);
            }
            else if (_text.Length > 0 && !char.IsWhiteSpace(_text[^1]))
            {
                _text.Append(' ');
            }
        }
    }

    private void BreakParagraph()
    {
        if (_text.Length > 0 && _text[^1] == ' ')
        {
            _text.Length--;
        }

        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append("\n\n");
        }
    }
}
