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

        command.SetAction((arguments, cancellationToken) =>
        {
            var console = arguments.InvocationConfiguration;
            return CommandHost.RunAsync(
                (services, _) => Task.FromResult(Run(services, new SetPrinter(console.Output, arguments.GetValue(json)), console.Error)),
                console.Error,
                cancellationToken);
        });
        return command;
    }

    private static int Run(IServiceProvider services, SetPrinter printer, TextWriter error)
    {
        var listing = services.GetRequiredService<SetCatalog>().List();
        printer.Print(SetList.Of(listing, services.GetRequiredService<LatestPointer>().Read(), running: null));

        foreach (var refused in listing.Refused)
        {
            error.WriteLine($"Not a set: {refused.Id}: {refused.Reason}");
        }

        return 0;
    }
}
