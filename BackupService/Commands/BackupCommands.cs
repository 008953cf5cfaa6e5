using System.CommandLine;

namespace BackupService.Commands;

/// <summary>The verbs of this executable; each file beside this one is one.</summary>
internal static class BackupCommands
{
    public static Command[] All() => [BackupCommand.Create(), ListCommand.Create(), InfoCommand.Create(), VerifyCommand.Create()];

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Argument<string> Id() => new("id") { Description = "Id of the set, as `list` shows it." };
}
