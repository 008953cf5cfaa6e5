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

        command.SetVerb(json, verb => RunAsync(verb, verb.Arguments.GetRequiredValue(id)));
        return command;
    }

    private static async Task<int> RunAsync(VerbContext verb, string id)
    {
        var (description, _) = verb.Get<BackupRepository>().Open();
        var set = await verb.Get<SetVerifier>().VerifyAsync(id, verb.CancellationToken);
        var recorded = await verb.Get<RunRecords>().VerifiedAsync(set, description.Id, Actor.CommandLine, verb.CancellationToken);

        if (set.Verification?.Fault is { } fault)
        {
            throw new BackupException(BackupFailure.Tampered, $"The set '{id}' is not what was written: {fault}.");
        }

        verb.Printer.Print(set, verb.Get<SetCatalog>().DirectoryOf(id));
        return recorded ? 0 : (int)BackupFailure.Partial;
    }
}
