using System.CommandLine;
using BackupService.Sets;

namespace BackupService.Commands;

internal static class InfoCommand
{
    public static Command Create()
    {
        var id = BackupCommands.Id();
        var json = BackupCommands.Json();
        var command = new Command("info", ExitCodes.Describe(
            "Shows one backup set: where it is, what it holds, when it was last verified.", BackupFailure.WrongKey, BackupFailure.Tampered)) { id, json };

        command.SetVerb(json, verb =>
        {
            var catalog = verb.Get<SetCatalog>();
            var set = catalog.Find(verb.Arguments.GetRequiredValue(id));
            verb.Printer.Print(set, catalog.DirectoryOf(set.Id));
            return Task.FromResult(0);
        });
        return command;
    }
}
