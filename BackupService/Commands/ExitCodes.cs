namespace BackupService.Commands;

/// <summary>The exit codes, as each verb's help names those it can end with.</summary>
internal static class ExitCodes
{
    private static readonly Dictionary<BackupFailure, string> Meanings = new()
    {
        [BackupFailure.Failed] = "failed",
        [BackupFailure.Usage] = "usage",
        [BackupFailure.Partial] = "set made, but not recorded in the database",
        [BackupFailure.NoRepository] = "no repository",
        [BackupFailure.Locked] = "another backup is running",
        [BackupFailure.WrongKey] = "wrong passphrase",
        [BackupFailure.Tampered] = "changed or damaged",
        [BackupFailure.SourceUnreachable] = "database unreachable",
        [BackupFailure.DiskFull] = "disk full",
        [BackupFailure.Configuration] = "configuration",
        [BackupFailure.Cancelled] = "cancelled",
    };

    public static string Describe(string summary, params BackupFailure[] possible)
    {
        BackupFailure[] all = [BackupFailure.Failed, BackupFailure.Usage, .. possible, BackupFailure.Configuration, BackupFailure.Cancelled];
        return $"{summary} Exit codes: 0 done, {string.Join(", ", all.Order().Select(failure => $"{(int)failure} {Meanings[failure]}"))}.";
    }
}
