using System.CommandLine;
using ServiceDefaults.Settings.Commands;
using ServiceDefaults.Telemetry.Metrics.Catalog;

namespace ServiceDefaults.Commands;

/// <summary>The verb <c>docs</c>: pages that are written from the code itself.</summary>
public static class DocsCommand
{
    public static Command Create() => new("docs", "Prints documentation that is generated from this version.")
    {
        SettingsDocsCommand.Create(),
        MetricsDocsCommand.Create(),
    };
}
