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

        command.SetVerb(json, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(VerbContext verb)
    {
        var runner = verb.Get<BackupRunner>();
        var outcome = await runner.RunAsync(runner.Begin(Actor.CommandLine), verb.CancellationToken);

        verb.Printer.Print(outcome.Set, verb.Get<SetCatalog>().DirectoryOf(outcome.Set.Id));
        if (outcome.IsRecorded)
        {
            return 0;
        }

        await verb.Error.WriteLineAsync("The set is whole, but the run could not be recorded in backup.sets and the audit log. Run `migrate` if the schema is missing.");
        return (int)BackupFailure.Partial;
    }
}
