using System.CommandLine;
using BackupService.Sets;

namespace BackupService.Commands;

internal static class BackupCommand
{
    public static Command Create()
    {
        var json = BackupCommands.Json();
        var command = new Command("backup", ExitCodes.Describe(
            "Makes a backup set now and verifies it.",
            BackupFailure.Partial,
            BackupFailure.NoRepository,
            BackupFailure.Locked,
            BackupFailure.WrongKey,
            BackupFailure.Tampered,
            BackupFailure.SourceUnreachable,
            BackupFailure.DiskFull)) { json };

        command.SetAction((arguments, cancellationToken) =>
        {
            var console = arguments.InvocationConfiguration;
            return CommandHost.RunAsync(
                (services, token) => RunAsync(services, new SetPrinter(console.Output, arguments.GetValue(json)), console.Error, token),
                console.Error,
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(IServiceProvider services, SetPrinter printer, TextWriter error, CancellationToken cancellationToken)
    {
        var runner = services.GetRequiredService<BackupRunner>();
        var outcome = await runner.RunAsync(runner.Begin(Actor.CommandLine), cancellationToken);

        printer.Print(outcome.Set, services.GetRequiredService<SetCatalog>().DirectoryOf(outcome.Set.Id));
        if (outcome.IsRecorded)
        {
            return 0;
        }

        await error.WriteLineAsync("The set is whole, but the run could not be recorded in backup.sets and the audit log. Run `migrate` if the schema is missing.");
        return (int)BackupFailure.Partial;
    }
}
