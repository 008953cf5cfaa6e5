using BackupService.Encryption;
using Microsoft.Extensions.Options;
using ServiceDefaults.Durability;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Sets;

/// <summary>
/// The backup directory: <c>repository.json</c>, <c>sets/&lt;id&gt;/</c>, <c>latest</c>, <c>lock</c>, and <c>tmp/</c>
/// for what is not finished. Only what lies in <c>sets/</c> with an authentic manifest is a set.
/// </summary>
internal sealed class BackupRepository(IOptions<StorageOptions> storage, PassphraseKeys keys, TimeProvider clock)
{
    // A verification of another process may be between writing and renaming its result; nothing takes an hour there.
    private static readonly TimeSpan FileIsAbandonedAfter = TimeSpan.FromHours(1);

    public string Root { get; } = Path.GetFullPath(storage.Value.BackupDirectory);

    public string SetsDirectory => Path.Combine(Root, "sets");

    public string TemporaryDirectory => Path.Combine(Root, "tmp");

    public bool Exists => File.Exists(DescriptionPath);

    private string DescriptionPath => Path.Combine(Root, RepositoryDescription.FileName);

    /// <summary>Creates the directories with mode 0700 where they are missing.</summary>
    /// <exception cref="BackupException">The directory cannot be created or written.</exception>
    public void EnsureWritable()
    {
        try
        {
            foreach (var directory in new[] { Root, SetsDirectory, TemporaryDirectory })
            {
                CreatePrivateDirectory(directory);
            }

            var probe = Path.Combine(TemporaryDirectory, $"probe-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw BackupException.From(exception) is { Failure: BackupFailure.DiskFull } full
                ? full
                : new BackupException(
                    BackupFailure.Configuration,
                    $"The backup directory '{Root}' (MCP_BACKUP_DIR) cannot be written by the user '{Environment.UserName}': {exception.Message}",
                    exception);
        }
    }

    public static void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The repository and its key; makes one out of an empty directory.</summary>
    public (RepositoryDescription Description, PassphraseKey Key) OpenOrCreate()
    {
        if (Exists)
        {
            return Open();
        }

        if (Directory.EnumerateFileSystemEntries(SetsDirectory).Any())
        {
            throw new BackupException(
                BackupFailure.NoRepository, $"'{Root}' holds sets but no {RepositoryDescription.FileName}. Put it back, or choose another MCP_BACKUP_DIR.");
        }

        var key = keys.Create();
        var description = new RepositoryDescription(
            RepositoryDescription.CurrentFormat, Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), new ManifestKey(key.Id, key.Parameters));
        Replace(DescriptionPath, SealedDocument.Write(description, SetJson.Default.RepositoryDescription, key.ManifestKey));
        return (description, key);
    }

    /// <exception cref="BackupException">There is no repository, it was changed, or the passphrase is another one.</exception>
    public (RepositoryDescription Description, PassphraseKey Key) Open()
    {
        if (!Exists)
        {
            throw new BackupException(BackupFailure.NoRepository, $"There are no backups in '{Root}' (MCP_BACKUP_DIR). The first `backup` makes it a repository.");
        }

        var document = SealedDocument.Parse(File.ReadAllBytes(DescriptionPath), SetJson.Default.RepositoryDescription)
            ?? throw new BackupException(BackupFailure.Tampered, $"'{DescriptionPath}' is damaged.");
        var key = KeyOf(document, document.Claimed.Key, $"The repository '{Root}'");
        return document.Claimed.Format == RepositoryDescription.CurrentFormat
            ? (document.Claimed, key)
            : throw new BackupException(BackupFailure.Failed, $"'{Root}' has format {document.Claimed.Format}, which this version does not know.");
    }

    /// <summary>The key a document was sealed with.</summary>
    /// <exception cref="BackupException">The passphrase is another one, or the document was changed.</exception>
    public PassphraseKey KeyOf<T>(Unchecked<T> document, ManifestKey claimed, string what)
        where T : class, ISealedDocument
    {
        PassphraseKey key;
        try
        {
            key = keys.For(claimed.Passphrase);
        }
        catch (EncryptedFileException exception)
        {
            throw new BackupException(BackupFailure.Tampered, $"{what} cannot be read: {exception.Message}.", exception);
        }

        if (key.Id != claimed.Id)
        {
            throw new BackupException(BackupFailure.WrongKey, $"{what} was made with another passphrase (key {claimed.Id}, not {key.Id}).");
        }

        return document.IsAuthentic(key.ManifestKey)
            ? key
            : throw new BackupException(BackupFailure.Tampered, $"{what} was changed: its {T.FileName} fails its authentication.");
    }

    /// <summary>Gives a small file new content, whole or not at all.</summary>
    public void Replace(string path, byte[] content)
    {
        var temporary = Path.Combine(TemporaryDirectory, $"{Path.GetFileName(path)}-{Guid.NewGuid():N}");
        Durable.WriteNewFile(temporary, content);
        Durable.Rename(temporary, path);
    }

    /// <summary>Removes what runs that died have left. Call it under the lock.</summary>
    /// <returns>Names of the unfinished sets removed.</returns>
    public IReadOnlyList<string> Sweep()
    {
        var removed = new List<string>();
        var temporary = new DirectoryInfo(TemporaryDirectory);

        foreach (var directory in temporary.EnumerateDirectories())
        {
            directory.Delete(recursive: true);
            removed.Add(directory.Name);
        }

        foreach (var file in temporary.EnumerateFiles().Where(file => clock.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > FileIsAbandonedAfter))
        {
            file.Delete();
        }

        return removed;
    }
}
