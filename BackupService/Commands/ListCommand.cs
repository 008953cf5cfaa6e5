using System.CommandLine;
using BackupService.Sets;

namespace BackupService.Commands;

internal static class ListCommand
{
    public static Command Create()
    {
        var json = BackupCommands.Json();
        var command = new Command("list", ExitCodes.Describe(
            "Lists the backup sets, newest first.", BackupFailure.NoRepository, BackupFailure.WrongKey, BackupFailure.Tampered)) { json };

        command.SetVerb(json, verb => Task.FromResult(Run(verb)));
        return command;
    }

    private static int Run(VerbContext verb)
    {
        var listing = verb.Get<SetCatalog>().List();
        verb.Printer.Print(SetList.Of(listing, verb.Get<LatestPointer>().Read(), running: null));

        foreach (var refused in listing.Refused)
        {
            verb.Error.WriteLine($"Not a set: {refused.Id}: {refused.Reason}");
        }

        return 0;
    }
}
