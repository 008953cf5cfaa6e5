using System.CommandLine;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Commands;

/// <summary>The verb <c>docs settings</c>.</summary>
public static class SettingsDocsCommand
{
    public static Command Create()
    {
        var settings = new Command("settings", "Prints docs/CONFIGURATION.md: every setting with its names, default, bounds and when a change counts. Exit code: 0.");
        settings.SetAction(result =>
        {
            result.InvocationConfiguration.Output.Write(SettingsPage.Render(SettingsSchema.Product));
            return 0;
        });
        return settings;
    }
}
