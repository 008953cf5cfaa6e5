using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Reload;

/// <summary>What features have against settings that are valid by themselves: the rules they also apply at the start, and their observers.</summary>
internal sealed partial class ReloadVetoes(IEnumerable<ISettingsObserver> observers, IServiceProvider services, ILogger<ReloadVetoes> logger)
{
    private static readonly MethodInfo ValidateOne = typeof(ReloadVetoes).GetMethod(nameof(Validate), BindingFlags.NonPublic | BindingFlags.Instance)!;

    public IReadOnlyList<SettingError> Against(SettingsSnapshot next) =>
    [
        .. SettingsSchema.Product.Groups.SelectMany(group =>
            (IEnumerable<SettingError>)ValidateOne.MakeGenericMethod(group.OptionsType).Invoke(this, [group, next])!),
        .. observers.SelectMany(observer => Ask(observer, next)),
    ];

    private IEnumerable<SettingError> Validate<T>(SettingsGroup group, SettingsSnapshot next)
        where T : class =>
        services.GetServices<IValidateOptions<T>>()
            .Select(validator => validator.Validate(Options.DefaultName, (T)next.Get(group.OptionsType)))
            .Where(result => result.Failed)
            .SelectMany(result => result.Failures!)
            .Select(failure => new SettingError(group.Title, failure, "settings files", "Take the change back, or follow the message."));

    /// <summary>One that fails has no say: its defect must not keep an operator from changing settings.</summary>
    private List<SettingError> Ask(ISettingsObserver observer, SettingsSnapshot next)
    {
        try
        {
            return [.. observer.Check(next)];
        }
        catch (Exception exception)
        {
            LogCheckFailed(exception, observer.GetType().Name);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Error, "{Observer} failed to check new settings; they are judged without it", EventName = "settings_observer_failed")]
    private partial void LogCheckFailed(Exception exception, string observer);
}
