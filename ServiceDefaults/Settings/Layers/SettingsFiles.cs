namespace ServiceDefaults.Settings.Layers;

/// <summary>
/// The settings files as one load sees them: each is read once, so that a load never mixes two versions of a file, and all
/// that were asked for are remembered, those too that are not there (yet).
/// </summary>
/// <param name="looked">Files somebody has looked at already; what they held then counts.</param>
internal sealed class SettingsFiles(SettingsFiles? looked = null)
{
    private readonly Dictionary<string, SettingsFileContent> _contents = new(StringComparer.Ordinal);

    /// <exception cref="SettingsFileException">Missing, a directory, unreadable, larger than 1 MiB, or not UTF-8.</exception>
    public string Read(string path)
    {
        var content = Content(path);
        return content.Text ?? throw new SettingsFileException(path, content.Problem!);
    }

    public bool Exists(string path) => !Content(path).IsMissing;

    /// <summary>The same files as they are now. What a pipe gave stays: it has nothing more to give.</summary>
    public SettingsFiles LookAgain()
    {
        var now = new SettingsFiles();
        foreach (var (path, content) in _contents)
        {
            now._contents[path] = content.IsStream ? content : SettingsFileContent.ReadAgain(path);
        }

        return now;
    }

    public bool SameAs(SettingsFiles other) =>
        _contents.Count == other._contents.Count
        && _contents.All(file => other._contents.TryGetValue(file.Key, out var content) && content == file.Value);

    /// <summary>Files that held something before and are empty now, as an editor leaves them between truncating and writing.</summary>
    public IEnumerable<string> EmptiedSince(SettingsFiles before) => _contents
        .Where(file => file.Value is { Text: not null, HasText: false } && before._contents.TryGetValue(file.Key, out var old) && old.HasText)
        .Select(file => file.Key);

    /// <summary>Files that were there before and are not now.</summary>
    public IEnumerable<string> GoneSince(SettingsFiles before) => _contents
        .Where(file => file.Value.IsMissing && before._contents.TryGetValue(file.Key, out var old) && !old.IsMissing)
        .Select(file => file.Key);

    private SettingsFileContent Content(string path)
    {
        if (!_contents.TryGetValue(path, out var content))
        {
            _contents[path] = content = looked is null
                ? SettingsFileContent.Read(path)
                : looked._contents.GetValueOrDefault(path) ?? SettingsFileContent.ReadAgain(path);
        }

        return content;
    }
}
