namespace ServiceDefaults.Settings;

/// <summary>A feature that has a say in reloads, or wants to know of them. Register any number as singletons.</summary>
public interface ISettingsObserver
{
    /// <summary>What a feature has against settings that are valid by themselves; one error rejects the whole reload.</summary>
    IEnumerable<SettingError> Check(SettingsSnapshot next) => [];

    /// <summary>Called after a reload that changed something, on the thread that reloads. Exceptions are logged.</summary>
    void Reloaded(SettingsChange change);
}
