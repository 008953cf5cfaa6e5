using System.CommandLine;
using System.CommandLine.Invocation;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Commands;

namespace ServiceDefaults.Commands;

/// <summary>
/// The verbs of an executable: those every service has, and its own. Exit codes: 0 done, 1 failed, 2 no such verb or option,
/// 78 settings refused.
/// </summary>
public static class ServiceCommands
{
    public const int Failed = 1;
    public const int WrongUsage = 2;

    private const string HealthCheckOption = "--healthcheck";

    /// <summary>Runs the verb that <paramref name="args"/> name. Null: they name none, so the service itself is to start.</summary>
    /// <param name="own">The service's own verbs; one with the name of a common verb takes its place.</param>
    public static async Task<int?> TryRunAsync(string[] args, ServiceIdentity identity, params Command[] own) =>
        NamesVerb(args) ? await RunAsync(args, identity, own, new InvocationConfiguration()) : null;

    internal static async Task<int> RunAsync(
        string[] args, ServiceIdentity identity, IReadOnlyList<Command> own, InvocationConfiguration configuration)
    {
        // Failures are this class's to tell: no stack trace for what an operator did.
        configuration.EnableDefaultExceptionHandler = false;
        var parsed = Root(identity, own).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            configuration.Output = configuration.Error;
            await parsed.InvokeAsync(configuration);
            return WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (SettingsException exception)
        {
            return SettingsFailure.Report(exception.Errors, configuration.Error, TimeProvider.System);
        }
        catch (OperationCanceledException)
        {
            await configuration.Error.WriteLineAsync("Stopped before it was done.");
            return Failed;
        }
    }

    /// <summary>Host configuration (<c>--urls=…</c>, <c>key=value</c>) belongs to the service, a bare word is a verb.</summary>
    private static bool NamesVerb(string[] args) => args is [var first, ..]
        && (first is "--help" or "-h" or "-?" or "--version" or HealthCheckOption
            || !(first.StartsWith('-') || first.StartsWith('/') || first.Contains('=', StringComparison.Ordinal)));

    private static RootCommand Root(ServiceIdentity identity, IReadOnlyList<Command> own)
    {
        var root = new RootCommand(
            $"{ProductName(identity)} {ProductVersion.Current}. Without a verb it starts the service. "
            + $"Exit codes: 0 done, {Failed} failed, {WrongUsage} no such verb or option, {SettingsFailure.ExitCode} settings refused.");
        foreach (var command in CommonVerbs(identity).Where(common => own.All(verb => verb.Name != common.Name)).Concat(own))
        {
            root.Add(command);
        }

        root.Add(HealthCheckProbe.Option(HealthCheckOption, identity));
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        return root;
    }

    private static Command[] CommonVerbs(ServiceIdentity identity) => [MigrateCommand.Create(identity), ConfigCommand.Create(identity), DocsCommand.Create()];

    private static string ProductName(ServiceIdentity identity) => $"MCP platform, {identity.Name}";

    /// <summary>Prints the version alone, so that a script can take it as it is (S-057).</summary>
    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProductVersion.Current);
            return 0;
        }
    }
}
