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

        command.SetAction((arguments, cancellationToken) =>
        {
            var console = arguments.InvocationConfiguration;
            return CommandHost.RunAsync(
                (services, _) =>
                {
                    var catalog = services.GetRequiredService<SetCatalog>();
                    var set = catalog.Find(arguments.GetRequiredValue(id));
                    new SetPrinter(console.Output, arguments.GetValue(json)).Print(set, catalog.DirectoryOf(set.Id));
                    return Task.FromResult(0);
                },
                console.Error,
                cancellationToken);
        });
        return command;
    }
}
