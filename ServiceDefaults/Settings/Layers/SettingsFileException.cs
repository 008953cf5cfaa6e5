namespace ServiceDefaults.Settings.Layers;

/// <summary>A settings file that cannot be used. Neither part quotes the file: it may hold secrets.</summary>
internal sealed class SettingsFileException(string source, string problem) : Exception($"{source}: {problem}")
{
    /// <summary>File, line and column as far as known.</summary>
    public string Place { get; } = source;

    public string Problem { get; } = problem;
}
