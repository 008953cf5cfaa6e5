using ServiceDefaults.Settings.Loading;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings;

/// <summary>Every effective setting at one moment. It does not change; a reload makes another one.</summary>
public sealed class SettingsSnapshot
{
    private readonly Dictionary<Type, object> _options;

    internal SettingsSnapshot(
        string environment,
        IReadOnlyList<ResolvedSetting> settings,
        IReadOnlyList<ResolvedConnection> connections,
        SettingsLoadReport report,
        IReadOnlyList<PendingSetting>? pending = null)
    {
        Environment = environment;
        _options = SettingsSchema.Product.Fill(settings);
        Settings = settings;
        Connections = connections;
        Report = report;
        Pending = pending ?? [];
    }

    /// <summary>Name of the environment: <c>development</c>, <c>production</c>, ….</summary>
    public string Environment { get; }

    public SettingsLoadReport Report { get; }

    /// <summary>Changes in the files that wait for a restart.</summary>
    public IReadOnlyList<PendingSetting> Pending { get; }

    internal IReadOnlyList<ResolvedSetting> Settings { get; }

    internal IReadOnlyList<ResolvedConnection> Connections { get; }

    /// <summary>The file a setting is the content of, whichever layer named it by <c>_FILE</c>; null when it came another way.</summary>
    public string? FileOf(string name) => Settings.FirstOrDefault(setting => setting.Name == name)?.File;

    /// <summary>The values of one options class of the catalog. Read them; do not change them.</summary>
    public T Get<T>()
        where T : class => (T)Get(typeof(T));

    internal object Get(Type options) => _options[options];
}
