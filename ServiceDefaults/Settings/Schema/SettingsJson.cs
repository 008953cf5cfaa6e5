using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServiceDefaults.Settings.Schema;

/// <summary>JSON for terminals and log files, never for HTML: apostrophes and angle brackets stay readable.</summary>
internal static class SettingsJson
{
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSerializerOptions RelaxedIndented { get; } = new(Relaxed) { WriteIndented = true };
}
