using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Settings;

/// <summary>Every effective setting at one moment. It does not change; a reload makes another one.</summary>
public sealed class SettingsSnapshot
{
    private readonly IReadOnlyDictionary<Type, object> _options;

    internal SettingsSnapshot(
        string environment,
        IReadOnlyDictionary<Type, object> options,
        IReadOnlyList<ResolvedSetting> settings,
        IReadOnlyList<ResolvedConnection> connections,
        SettingsLoadReport report)
    {
        Environment = environment;
        _options = options;
        Settings = settings;
        Connections = connections;
        Report = report;
    }

    /// <summary>Name of the environment: <c>development</c>, <c>production</c>, ….</summary>
    public string Environment { get; }

    public SettingsLoadReport Report { get; }

    internal IReadOnlyList<ResolvedSetting> Settings { get; }

    internal IReadOnlyList<ResolvedConnection> Connections { get; }

    /// <summary>The file a setting is the content of, whichever layer named it by <c>_FILE</c>; null when it came another way.</summary>
    public string? FileOf(string name) => Settings.FirstOrDefault(setting => setting.Name == name)?.File;

    /// <summary>The values of one options class of the catalog. Read them; do not change them.</summary>
    public T Get<T>()
        where T : class => (T)_options[typeof(T)];
}
