using System.Text;
using System.Text.Json;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Commands;

/// <summary>The rows of <c>config show</c> as text.</summary>
internal static class SettingsRendering
{
    /// <summary>A long list must not push the sources out of sight.</summary>
    private const int WidestValue = 60;

    public static string Table(IReadOnlyList<SettingRow> rows)
    {
        var keyWidth = rows.Max(row => row.Key.Length);
        var valueWidth = Math.Min(WidestValue, rows.Max(row => row.Shown.Length));
        var text = new StringBuilder();
        text.Append("KEY".PadRight(keyWidth)).Append("  ").Append("VALUE".PadRight(valueWidth)).Append("  CHANGE   SOURCE");
        foreach (var row in rows)
        {
            text.Append('\n').Append(row.Key.PadRight(keyWidth)).Append("  ").Append(row.Shown.PadRight(valueWidth))
                .Append(row.HotReload ? "  at once  " : "  restart  ").Append(row.Source);
        }

        return text.ToString();
    }

    public static string Json(string environment, IReadOnlyList<SettingRow> rows) => JsonSerializer.Serialize(
        new
        {
            environment,
            version = ProductVersion.Current,
            settings = rows.Select(row => new
            {
                key = row.Key,
                value = row.Value,
                source = row.Source,
                secret = row.IsSecret,
                set = row.IsSecret ? row.Length is not null : row.Value.Length > 0,
                length = row.Length,
                hot_reload = row.HotReload,
                pending = row.Pending is { } pending ? new { value = pending.Value, source = pending.Source } : null,
                description = row.Description,
            }),
        },
        SettingsJson.RelaxedIndented);
}
