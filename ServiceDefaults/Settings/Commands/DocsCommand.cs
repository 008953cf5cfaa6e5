using System.CommandLine;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Commands;

/// <summary>The verb <c>docs</c>: pages that are written from the code itself.</summary>
public static class DocsCommand
{
    public static Command Create() => new("docs", "Prints documentation that is generated from this version.")
    {
        Settings(),
    };

    private static Command Settings()
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
