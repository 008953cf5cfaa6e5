using Microsoft.Extensions.Logging;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Settings.Reload;

/// <summary>
/// Compares the files with those of the last load, loads what has changed and come to rest, and puts it in force as a whole
/// or not at all.
/// </summary>
internal sealed partial class SettingsReloader(
    SettingsStore store,
    SettingsOrigin origin,
    ReloadVetoes vetoes,
    IEnumerable<ISettingsObserver> observers,
    SettingsReporter remarks,
    ILogger<SettingsReloader> logger)
{
    private const int LooksUntilSaid = 10;

    private readonly Lock _oneAtATime = new();
    private SettingsFiles _loaded = origin.Files;
    private SettingsFiles _lastGood = origin.Files;
    private SettingsFiles? _restless;
    private int _restlessLooks;
    private bool _isRefused;

    /// <summary>Loads a change that the look before has seen too: what is still being written differs from look to look.</summary>
    public void Look()
    {
        lock (_oneAtATime)
        {
            var now = _loaded.LookAgain();
            if (now.SameAs(_loaded))
            {
                (_restless, _restlessLooks) = (null, 0);
            }
            else if (_restless is null || !now.SameAs(_restless))
            {
                _restless = now;
                if (++_restlessLooks == LooksUntilSaid)
                {
                    LogRestless(LooksUntilSaid);
                }
            }
            else
            {
                Load(now);
            }
        }
    }

    /// <summary>Loads what is there, changed or not: somebody asked for it.</summary>
    public void LookNow()
    {
        lock (_oneAtATime)
        {
            LogAsked();
            Load(_loaded.LookAgain());
        }
    }

    private void Load(SettingsFiles now)
    {
        (_restless, _restlessLooks) = (null, 0);
        _loaded = now;
        var errors = HalfWritten(now);
        if (errors.Count > 0)
        {
            Refuse(errors);
            return;
        }

        var load = SettingsLoader.Load(origin.Inputs, origin.Scope, new SettingsFiles(now), origin.Pin);
        _loaded = load.Files;
        if (load.Errors.Count > 0 || load.Snapshot is null)
        {
            Refuse(load.Errors);
            return;
        }

        var merged = MergedSettings.Of(store.Current, load.Snapshot, origin.Scope.Users);
        errors = vetoes.Against(merged.Snapshot);
        if (errors.Count > 0)
        {
            Refuse(errors);
            return;
        }

        _lastGood = load.Files;
        PutInForce(merged);
    }

    /// <summary>
    /// An empty file is valid and means the defaults, but one that has just lost its text is more often a writer that died
    /// between truncating and writing, or a disk that was full.
    /// </summary>
    private IReadOnlyList<SettingError> HalfWritten(SettingsFiles now) =>
    [
        .. now.EmptiedSince(_lastGood).Select(path => new SettingError(
            Path.GetFileName(path), "is empty and was not before, as if it were half-written", path,
            "Write it again. To drop its settings on purpose, leave a comment in it or delete it.")),
        .. now.GoneSince(_lastGood).Where(path => Path.GetFileName(path) == ConfigurationFolder.BaseFile).Select(path => new SettingError(
            ConfigurationFolder.BaseFile, "is gone", path, "Put it back; the service will not start without it.")),
    ];

    private void Refuse(IReadOnlyList<SettingError> errors)
    {
        _isRefused = true;
        var first = errors[0];
        LogRefused(first.Key, first.Problem, first.Source, first.Cure, errors.Count - 1);
    }

    private void PutInForce(MergedSettings merged)
    {
        if (_isRefused)
        {
            _isRefused = false;
            LogRecovered();
        }

        remarks.Tell(merged.Snapshot.Report.Warnings);
        foreach (var change in merged.NewlyPending)
        {
            LogNeedsRestart(change.Key, change.Source);
        }

        foreach (var key in merged.Withdrawn)
        {
            LogWithdrawn(key);
        }

        if (merged.Applied.Count == 0)
        {
            store.Restate(merged.Snapshot);
        }
        else
        {
            Replace(merged);
        }

        if (merged.Applied.Count + merged.NewlyPending.Count > 0)
        {
            Tell(new SettingsChange(merged.Applied, [.. merged.NewlyPending.Select(change => change.Key)]));
        }
    }

    private void Replace(MergedSettings merged)
    {
        try
        {
            store.Replace(merged.Snapshot);
        }
        catch (AggregateException exception)
        {
            // The snapshot is in force and every other listener was told; one listener's defect must not undo that.
            LogListenerFailed(exception.Flatten());
        }

        LogReloaded(string.Join(", ", merged.Applied));
    }

    private void Tell(SettingsChange change)
    {
        foreach (var observer in observers)
        {
            try
            {
                observer.Reloaded(change);
            }
            catch (Exception exception)
            {
                // The others must hear of it too.
                LogObserverFailed(exception, observer.GetType().Name);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The settings files were different at each of the last {Looks} looks; they are loaded when they stay the same for a second, or on SIGHUP", EventName = "config_files_restless")]
    private partial void LogRestless(int looks);

    [LoggerMessage(LogLevel.Information, "Looking at the settings files, as SIGHUP asks", EventName = "config_reload_requested")]
    private partial void LogAsked();

    [LoggerMessage(LogLevel.Information, "Reloaded settings; changed now: {Changed}", EventName = "config_reloaded")]
    private partial void LogReloaded(string changed);

    [LoggerMessage(LogLevel.Error, "New settings are refused as a whole, the last good ones stay: {Key} {Problem} ({Source}). {Cure} Further errors: {Further}", EventName = "config_reload_failed")]
    private partial void LogRefused(string key, string problem, string source, string cure, int further);

    [LoggerMessage(LogLevel.Information, "The settings files are valid again", EventName = "config_reload_recovered")]
    private partial void LogRecovered();

    [LoggerMessage(LogLevel.Warning, "{Key} was changed ({Source}); the old value stays in force until a restart", EventName = "config_change_requires_restart")]
    private partial void LogNeedsRestart(string key, string source);

    [LoggerMessage(LogLevel.Information, "The change of {Key} was taken back; no restart is needed for it", EventName = "config_change_withdrawn")]
    private partial void LogWithdrawn(string key);

    [LoggerMessage(LogLevel.Error, "Something that follows settings failed; the new settings are in force", EventName = "settings_listener_failed")]
    private partial void LogListenerFailed(AggregateException exception);

    [LoggerMessage(LogLevel.Error, "{Observer} failed to follow new settings; they are in force", EventName = "settings_observer_failed")]
    private partial void LogObserverFailed(Exception exception, string observer);
}
