using BackupService.Encryption;
using BackupService.Postgres;
using ServiceDefaults;
using ServiceDefaults.Durability;

namespace BackupService.Sets;

/// <summary>Opens a new file of a set for writing. A seam for tests of a full disk.</summary>
internal delegate FileStream NewSetFile(string path);

/// <summary>
/// Makes a set in <c>tmp/</c> and moves it into <c>sets/</c> when all of it is on disk: files, their names, the manifest
/// last, then the rename. A crash or power loss at any point leaves a whole set or none.
/// </summary>
internal sealed class SetWriter(
    BackupRepository repository, SourceDatabase source, PostgresTools tools, PostgresDump dump, NewSetFile create, TimeProvider clock)
{
    public const string DumpTool = "pg_dump";

    /// <exception cref="BackupException">Nothing was added to the repository.</exception>
    public async Task<SetManifest> WriteAsync(string id, PassphraseKey key, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(repository.TemporaryDirectory, id);
        try
        {
            BackupRepository.CreatePrivateDirectory(directory);
            var manifest = await FillAsync(directory, id, key, cancellationToken);

            Durable.WriteNewFile(
                Path.Combine(directory, SetManifest.FileName), SealedDocument.Write(manifest, SetJson.Default.SetManifest, key.ManifestKey));
            Durable.Rename(directory, Path.Combine(repository.SetsDirectory, id));
            return manifest;
        }
        catch
        {
            Discard(directory);
            throw;
        }
    }

    private async Task<SetManifest> FillAsync(string directory, string id, PassphraseKey key, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var started = clock.GetTimestamp();

        await using var snapshot = await DatabaseSnapshot.OpenAsync(source, cancellationToken);
        var server = snapshot.Server;
        var client = await tools.FindAsync(server.Major, cancellationToken);
        var schemaVersion = await snapshot.SchemaVersionAsync(cancellationToken);
        var rowCounts = await snapshot.RowCountsAsync(cancellationToken);
        var file = await WriteDumpAsync(directory, id, key, client, snapshot, cancellationToken);
        var stopLsn = await snapshot.CurrentLsnAsync(cancellationToken);
        Durable.FsyncDirectory(directory);

        return new SetManifest(
            SetManifest.CurrentFormat,
            id,
            Kind: "logical",
            ProductVersion.Current,
            schemaVersion,
            snapshot.Address.Database,
            server.Version,
            startedAt,
            clock.GetUtcNow(),
            new DateTimeOffset(server.SnapshotAt, TimeSpan.Zero),
            server.Lsn,
            stopLsn,
            Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3),
            new SortedDictionary<string, string>(StringComparer.Ordinal) { [DumpTool] = client.Version },
            new ManifestKey(key.Id, key.Parameters),
            [file],
            rowCounts);
    }

    private async Task<SetFile> WriteDumpAsync(
        string directory, string id, PassphraseKey key, ClientTools client, DatabaseSnapshot snapshot, CancellationToken cancellationToken)
    {
        var name = $"db_{id}.dump.enc";
        var path = Path.Combine(directory, name);

        await using var disk = create(path);
        await using var stored = new HashingStream(disk);
        await using var encrypting = await EncryptedFile.CreateAsync(stored, key, id, name, cancellationToken);
        await using var plain = new HashingStream(encrypting);

        await dump.DumpAsync(client, snapshot, directory, plain, cancellationToken);
        if (plain.Bytes == 0)
        {
            throw new BackupException(BackupFailure.Failed, $"{client.Dump} reported success but wrote nothing.");
        }

        await encrypting.FinishAsync(cancellationToken);
        await disk.FlushAsync(cancellationToken);
        Durable.FsyncFile(disk.SafeFileHandle, path);
        return new SetFile(name, plain.Bytes, stored.Bytes, plain.Sha256, stored.Sha256);
    }

    private static void Discard(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The reason for failing is already on its way up; the next sweep removes the rest.
        }
    }
}
