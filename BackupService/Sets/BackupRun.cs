using BackupService.Encryption;

namespace BackupService.Sets;

/// <summary>Who asked for something.</summary>
/// <param name="Name">Name for the audit: a caller's, or the system user of a command line.</param>
/// <param name="RequestId">The request it came with; null on a command line.</param>
internal sealed record Actor(string Name, string? RequestId)
{
    public static Actor CommandLine { get; } = new($"cli:{Environment.UserName}", null);
}

/// <summary>A run that holds the lock of the repository, from the moment its id is known to its end.</summary>
internal sealed class BackupRun(
    Guid runId, string id, Actor actor, DateTimeOffset startedAt, RepositoryDescription repository, PassphraseKey key, RepositoryLock held)
    : IDisposable
{
    public Guid RunId => runId;

    public string Id => id;

    public Actor Actor => actor;

    public DateTimeOffset StartedAt => startedAt;

    public RepositoryDescription Repository => repository;

    public PassphraseKey Key => key;

    public void Dispose() => held.Dispose();
}
