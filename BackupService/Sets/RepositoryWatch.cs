namespace BackupService.Sets;

/// <summary>
/// Lets the metrics follow the repository, whoever changed it: most sets are made, verified or forgotten by verbs, in
/// processes of their own, and an alert on the age of the newest set must not depend on who made it.
/// </summary>
internal sealed class RepositoryWatch(
    BackupRepository repository, SetCatalog catalog, LatestPointer latest, BackupMetrics metrics, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private Stamp? _shown;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            Follow();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Sets are read only when something has changed: each costs the check of its manifest.</summary>
    private void Follow()
    {
        try
        {
            if (!repository.Exists)
            {
                return;
            }

            var now = new Stamp(Directory.GetLastWriteTimeUtc(repository.SetsDirectory), latest.Read() is { } id ? (id, Directory.GetLastWriteTimeUtc(catalog.DirectoryOf(id))) : null);
            if (now != _shown)
            {
                metrics.Show(catalog.List().Sets);
                _shown = now;
            }
        }
        catch (Exception exception) when (exception is BackupException or IOException or UnauthorizedAccessException)
        {
            // Readiness says what is wrong; the last figures age, which is what alerts look at.
        }
    }

    /// <summary>A new or forgotten set changes the directory of sets, a verification that of its set or where <c>latest</c> leads.</summary>
    private readonly record struct Stamp(DateTime Sets, (string Id, DateTime Verified)? Latest);
}
