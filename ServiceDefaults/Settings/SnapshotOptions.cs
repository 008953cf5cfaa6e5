using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings;

/// <summary>
/// Fills an options class from the snapshot in force. It is an ordinary configure step, so a test's <c>Configure</c> or
/// <c>PostConfigure</c> after it still counts.
/// </summary>
internal sealed class SnapshotOptions<T>(SettingsStore store) : IConfigureOptions<T>, IOptionsChangeTokenSource<T>
    where T : class
{
    private static readonly SettingsGroup Group = SettingsGroup.Of(typeof(T));

    public string? Name => Options.DefaultName;

    public void Configure(T options)
    {
        var current = store.Current.Get<T>();
        foreach (var definition in Group.Definitions)
        {
            definition.Property.SetValue(options, definition.Property.GetValue(current));
        }
    }

    public IChangeToken GetChangeToken() => store.Watch();
}
