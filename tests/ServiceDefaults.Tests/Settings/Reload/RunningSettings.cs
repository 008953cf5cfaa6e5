using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Reload;
using Testing;

namespace ServiceDefaults.Tests.Settings.Reload;

/// <summary>The settings of a service that runs, with its files and its log; the test says when they are looked at.</summary>
internal sealed class RunningSettings : IDisposable
{
    private readonly IHost _host;

    public RunningSettings(SettingsFixture files, TimeProvider? clock = null, params ISettingsObserver[] observers)
    {
        var configuration = new ConfigurationManager();
        configuration.AddConfiguration(files.Configuration());
        configuration["MCP_CONFIG_DIR"] = files.Configs;
        var builder = new HostApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, Configuration = configuration, ContentRootPath = files.Root });
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        foreach (var observer in observers)
        {
            builder.Services.AddSingleton(observer);
        }

        builder.AddSettings(ServiceIdentity.Gateway);
        _host = builder.Build();
        Reloader = _host.Services.GetRequiredService<SettingsReloader>();
        Remarks.Tell(Current.Report.Warnings);
    }

    public TestLog Log { get; } = new();

    public SettingsReloader Reloader { get; }

    public SettingsSnapshot Current => _host.Services.GetRequiredService<SettingsStore>().Current;

    public IHost Host => _host;

    private SettingsReporter Remarks => _host.Services.GetRequiredService<SettingsReporter>();

    public IOptionsMonitor<T> Monitor<T>() => _host.Services.GetRequiredService<IOptionsMonitor<T>>();

    /// <summary>Looks until a change has come to rest.</summary>
    public void Settle()
    {
        Reloader.Look();
        Reloader.Look();
        Reloader.Look();
    }

    public IReadOnlyList<LoggedEntry> Logged(string name) => [.. Log.Entries.Where(entry => entry.Event.Name == name)];

    public string AllLogged() => string.Join('\n', Log.Entries.Select(entry => entry.Message + entry.Exception));

    public void Dispose() => _host.Dispose();
}

/// <summary>A feature that follows reloads as the test says.</summary>
internal sealed class Follower : ISettingsObserver
{
    public Func<SettingsSnapshot, IEnumerable<SettingError>> Objection { get; set; } = _ => [];

    public Action<SettingsChange> Follow { get; set; } = _ => { };

    public List<SettingsChange> Seen { get; } = [];

    public IEnumerable<SettingError> Check(SettingsSnapshot next) => Objection(next);

    public void Reloaded(SettingsChange change)
    {
        Seen.Add(change);
        Follow(change);
    }
}
