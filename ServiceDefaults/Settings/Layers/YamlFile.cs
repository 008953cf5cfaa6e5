using System.Text.Json;
using ServiceDefaults.Settings.Schema;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace ServiceDefaults.Settings.Layers;

/// <summary>Reads a YAML file as leaves under dotted paths: <c>server.port</c>. Lists become JSON arrays.</summary>
internal static class YamlFile
{
    private const int MaxDepth = 16;

    /// <summary>Aliases make a small file unfold into a large one; this ends it.</summary>
    private const int MaxLeaves = 5000;

    /// <exception cref="SettingsFileException">Unreadable or not YAML; names file, line and column.</exception>
    public static IReadOnlyDictionary<string, RawSetting> Read(string path, SettingsFiles? files = null)
    {
        var text = (files ?? new SettingsFiles()).Read(path);
        var leaves = new Dictionary<string, RawSetting>(StringComparer.Ordinal);

        try
        {
            RefuseDepth(text, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            foreach (var document in stream.Documents)
            {
                Flatten(document.RootNode, "", path, depth: 0, leaves);
            }
        }
        catch (YamlException exception)
        {
            throw new SettingsFileException($"{path}:{exception.Start.Line}:{exception.Start.Column}", Describe(exception));
        }

        return leaves;
    }

    private static void Flatten(YamlNode node, string path, string file, int depth, Dictionary<string, RawSetting> leaves)
    {
        var place = $"{file}:{node.Start.Line}";
        if (depth > MaxDepth || leaves.Count >= MaxLeaves)
        {
            throw new SettingsFileException(place, $"is nested more than {MaxDepth} levels deep or holds more than {MaxLeaves} values");
        }

        if (node is YamlMappingNode mapping)
        {
            foreach (var (key, child) in mapping.Children)
            {
                var name = (key as YamlScalarNode)?.Value ?? throw new SettingsFileException(place, "has a key that is not text");
                Flatten(child, path.Length == 0 ? name : $"{path}.{name}", file, depth + 1, leaves);
            }
        }
        else if (path.Length > 0)
        {
            leaves[path] = Read(node, $"{place} ({path})");
        }
        else if (node is not YamlScalarNode { Value: null or "" })
        {
            throw new SettingsFileException(place, "must hold key: value pairs");
        }
    }

    private static RawSetting Read(YamlNode node, string source) => node switch
    {
        YamlScalarNode scalar => new RawSetting(TextOf(scalar), source),
        YamlSequenceNode list when list.Children.All(child => child is YamlScalarNode) => new RawSetting(
            JsonSerializer.Serialize(list.Children.Cast<YamlScalarNode>().Select(TextOf).ToArray(), SettingsJson.Relaxed), source),
        _ => new RawSetting("malformed", source, IsMalformed: true),
    };

    private static string TextOf(YamlScalarNode scalar) =>
        scalar is { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" } ? "" : scalar.Value ?? "";

    /// <summary>Before the nodes are built, because building them is recursive.</summary>
    private static void RefuseDepth(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (MoveNext(parser, path))
        {
            depth += parser.Current switch { MappingStart or SequenceStart => 1, MappingEnd or SequenceEnd => -1, _ => 0 };
            if (depth > MaxDepth)
            {
                throw new SettingsFileException($"{path}:{parser.Current!.Start.Line}", $"is nested more than {MaxDepth} levels deep");
            }
        }
    }

    /// <summary>YamlDotNet 16.3 answers an unclosed [ or { with a bare InvalidOperationException; here it gets its place.</summary>
    private static bool MoveNext(Parser parser, string path)
    {
        var reached = parser.Current?.End ?? Mark.Empty;
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException)
        {
            throw new SettingsFileException($"{path}:{reached.Line}:{reached.Column}", "is not YAML: a [ or { opened before this place is not closed");
        }
    }

    /// <summary>The parser's own sentence where it is about syntax; elsewhere it may quote the file.</summary>
    private static string Describe(YamlException exception) =>
        exception is SyntaxErrorException || exception.Message.StartsWith("While parsing ", StringComparison.Ordinal)
        ? $"is not YAML: {exception.Message.TrimEnd('.')}"
        : "is not usable YAML: a key is there twice, or an alias has no anchor";
}
