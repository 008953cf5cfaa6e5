using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace ServiceDefaults.Settings;

/// <summary>Holds the snapshot that is in force, and tells when another one takes its place.</summary>
public sealed class SettingsStore(SettingsSnapshot initial)
{
    private ConfigurationReloadToken _replaced = new();

    public SettingsSnapshot Current { get; private set; } = initial;

    /// <summary>Fires once, when <see cref="Current"/> is replaced.</summary>
    public IChangeToken Watch() => _replaced;

    /// <summary>Puts another snapshot in force; monitors of its options then see it.</summary>
    public void Replace(SettingsSnapshot snapshot)
    {
        Current = snapshot;
        Interlocked.Exchange(ref _replaced, new ConfigurationReloadToken()).OnReload();
    }
}
