using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace ServiceDefaults.Settings;

/// <summary>Holds the snapshot that is in force, and tells when another one takes its place.</summary>
public sealed class SettingsStore(SettingsSnapshot initial)
{
    private ConfigurationReloadToken _replaced = new();

    private volatile SettingsSnapshot _current = initial;

    public SettingsSnapshot Current => _current;

    /// <summary>Fires once, when <see cref="Current"/> is replaced.</summary>
    public IChangeToken Watch() => _replaced;

    /// <summary>The same values with other sources, after an edit that changed nothing: nobody needs to be told.</summary>
    internal void Restate(SettingsSnapshot snapshot) => _current = snapshot;

    /// <summary>Puts another snapshot in force; monitors of its options then see it.</summary>
    /// <exception cref="AggregateException">Listeners threw; all of them were told nevertheless.</exception>
    public void Replace(SettingsSnapshot snapshot)
    {
        _current = snapshot;
        Interlocked.Exchange(ref _replaced, new ConfigurationReloadToken()).OnReload();
    }
}
