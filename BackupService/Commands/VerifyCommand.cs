using System.CommandLine;
using BackupService.Sets;

namespace BackupService.Commands;

internal static class VerifyCommand
{
    public static Command Create()
    {
        var id = BackupCommands.Id();
        var json = BackupCommands.Json();
        var command = new Command("verify", ExitCodes.Describe(
            "Reads a backup set as a restore would: every hash, every chunk, the whole dump.",
            BackupFailure.Partial,
            BackupFailure.NoRepository,
            BackupFailure.WrongKey,
            BackupFailure.Tampered)) { id, json };

        command.SetAction((arguments, cancellationToken) =>
        {
            var console = arguments.InvocationConfiguration;
            var printer = new SetPrinter(console.Output, arguments.GetValue(json));
            return CommandHost.RunAsync(
                (services, token) => RunAsync(services, arguments.GetRequiredValue(id), printer, token), console.Error, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(IServiceProvider services, string id, SetPrinter printer, CancellationToken cancellationToken)
    {
        var (description, _) = services.GetRequiredService<BackupRepository>().Open();
        var set = await services.GetRequiredService<SetVerifier>().VerifyAsync(id, cancellationToken);
        var recorded = await services.GetRequiredService<RunRecords>().VerifiedAsync(set, description.Id, Actor.CommandLine, cancellationToken);

        if (set.Verification?.Fault is { } fault)
        {
            throw new BackupException(BackupFailure.Tampered, $"The set '{id}' is not what was written: {fault}.");
        }

        printer.Print(set, services.GetRequiredService<SetCatalog>().DirectoryOf(id));
        return recorded ? 0 : (int)BackupFailure.Partial;
    }
}
