namespace BackupService.Sets;

/// <summary>States of a run and its set, as <c>backup.sets</c> and <c>list</c> show them.</summary>
internal static class SetStatus
{
    public const string Running = "Running";
    public const string Completed = "Completed";
    public const string Verified = "Verified";
    public const string Failed = "Failed";
}
