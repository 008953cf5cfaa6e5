using System.CommandLine;
using Microsoft.Extensions.Configuration;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Commands;

/// <summary>The verb <c>config</c>: what the settings are, and what they can be.</summary>
public static class ConfigCommand
{
    /// <summary><c>config show</c> and <c>config env-example</c> for one service.</summary>
    public static Command Create(ServiceIdentity identity) => new("config", "Shows the settings of this service.")
    {
        Show(identity),
        Example(),
    };

    private static Command Show(ServiceIdentity identity)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON in place of a table." };
        var show = new Command("show", $"Prints every effective setting and where it comes from; secrets as *** with their length. Exit codes: 0 all is valid, {SettingsFailure.ExitCode} some settings are refused.")
        {
            json,
        };

        // Settings are given here as to the service itself, --MCP_PORT=8123 or --log-level debug, so their names are not options of the verb.
        show.TreatUnmatchedTokensAsErrors = false;
        show.SetAction(result =>
        {
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine([.. result.UnmatchedTokens]).Build();
            var load = SettingsLoader.Load(
                SettingsInputs.From(configuration, Directory.GetCurrentDirectory()),
                SettingsLoadScope.Service(identity, needsSecrets: true));
            return Print(load, result.GetValue(json), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
        });
        return show;
    }

    private static Command Example()
    {
        var deployment = new Option<bool>("--deployment") { Description = "Print deploy/env/mcp.env.example, which also has the runtime's own variables." };
        var example = new Command("env-example", "Prints .env.example: every setting with its comment and default. Exit code: 0.")
        {
            deployment,
        };
        example.SetAction(result =>
        {
            result.InvocationConfiguration.Output.Write(EnvExample.Render(SettingsSchema.Product, result.GetValue(deployment)));
            return 0;
        });
        return example;
    }

    /// <summary>What can be shown is shown even when something is refused, because that is when an operator looks.</summary>
    private static int Print(SettingsLoad load, bool asJson, TextWriter output, TextWriter error)
    {
        if (load.Snapshot is { } snapshot)
        {
            var rows = SettingRow.Of(snapshot);
            output.WriteLine(asJson ? SettingsRendering.Json(snapshot.Environment, rows) : SettingsRendering.Table(rows));
        }

        return load.Errors.Count == 0 ? 0 : SettingsFailure.Report(load.Errors, error, TimeProvider.System);
    }
}
