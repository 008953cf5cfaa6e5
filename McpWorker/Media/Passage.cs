using System.Text;

namespace McpWorker.Media;

/// <summary>A piece of a text that can be read alone: a section, or a few paragraphs of a long one.</summary>
/// <param name="Heading">The headings above it, outermost first, joined with " > "; empty where there are none.</param>
internal sealed record Passage(string Heading, string Content)
{
    /// <summary>About what a model quotes at once. A single longer paragraph is cut at a line or a word.</summary>
    private const int TargetLength = 1_200;
    private const int MaxHeading = 300;

    /// <summary>Headings are those of Markdown (<c>#</c> to <c>######</c>); inside code fences <c>#</c> is a comment.</summary>
    public static IReadOnlyList<Passage> Split(string text)
    {
        var splitter = new Splitter();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            splitter.Read(line);
        }

        return splitter.End();
    }

    private sealed class Splitter
    {
        private readonly List<Passage> _passages = [];
        private readonly string[] _headings = ["", "", "", "", "", ""];
        private readonly StringBuilder _paragraph = new();
        private readonly StringBuilder _passage = new();
        private char _fence;

        public void Read(string line)
        {
            var trimmed = line.AsSpan().TrimStart();
            if (trimmed.StartsWith("```") || trimmed.StartsWith("~~~"))
            {
                _fence = _fence == default ? trimmed[0] : _fence == trimmed[0] ? default : _fence;
            }

            if (_fence == default && LevelOf(line) is > 0 and var level)
            {
                EndPassage();
                _headings[level - 1] = line.Trim('#', ' ', '\t');
                Array.Fill(_headings, "", level, _headings.Length - level);
            }
            else if (trimmed.IsEmpty)
            {
                EndParagraph();
            }
            else
            {
                Append(line);
            }
        }

        public List<Passage> End()
        {
            EndPassage();

            // A text of headings alone is still something to find.
            if (_passages.Count == 0)
            {
                _passages.Add(new Passage("", Heading()));
            }

            return _passages;
        }

        private static int LevelOf(string line)
        {
            var level = line.AsSpan().IndexOfAnyExcept('#');
            return level is > 0 and <= 6 && line[level] is ' ' or '\t' ? level : 0;
        }

        private void Append(string line)
        {
            while (_paragraph.Length + line.Length > TargetLength)
            {
                if (_paragraph.Length > 0)
                {
                    EndParagraph();
                    continue;
                }

                var cut = line.LastIndexOf(' ', TargetLength - 1);
                cut = cut > 0 ? cut : char.IsHighSurrogate(line[TargetLength - 1]) ? TargetLength - 1 : TargetLength;
                _paragraph.Append(line.AsSpan(0, cut));
                line = line[cut..].TrimStart();
            }

            _paragraph.Append(line).Append('\n');
        }

        private void EndParagraph()
        {
            if (_passage.Length > 0 && _passage.Length + _paragraph.Length > TargetLength)
            {
                Flush();
            }

            if (_paragraph.Length > 0)
            {
                _passage.Append(_passage.Length > 0 ? "\n" : "").Append(_paragraph);
                _paragraph.Clear();
            }
        }

        private void EndPassage()
        {
            EndParagraph();
            Flush();
        }

        private void Flush()
        {
            if (_passage.ToString().Trim('\n') is { Length: > 0 } content)
            {
                _passages.Add(new Passage(Heading(), content));
            }

            _passage.Clear();
        }

        private string Heading()
        {
            var path = string.Join(" > ", _headings.Where(heading => heading.Length > 0));
            return path.Length <= MaxHeading ? path : path[..MaxHeading];
        }
    }
}
