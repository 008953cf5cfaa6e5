using BackupService.Encryption;
using BackupService.Postgres;

namespace BackupService.Sets;

/// <summary>
/// Reads a set as a restore would: every stored byte hashed, every chunk decrypted, the plain bytes hashed, and the dump
/// read through by pg_restore (S-271).
/// </summary>
internal sealed class SetVerifier(SetCatalog catalog, LatestPointer latest, PassphraseKeys keys, PostgresTools tools, TimeProvider clock)
{
    /// <summary>Verifies, notes the outcome beside the set, and moves <c>latest</c>.</summary>
    /// <exception cref="BackupException">There is no such set, its manifest was changed, or its passphrase is another one.</exception>
    public async Task<SetEntry> VerifyAsync(string id, CancellationToken cancellationToken)
    {
        var set = catalog.Find(id);
        var started = clock.GetTimestamp();
        var fault = await FirstFaultAsync(set, cancellationToken);

        var verification = new SetVerification(id, clock.GetUtcNow(), Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3), fault);
        catalog.Write(set, verification);
        latest.Update(catalog.List().Sets);
        return set with { Verification = verification };
    }

    private async Task<string?> FirstFaultAsync(SetEntry set, CancellationToken cancellationToken)
    {
        var expected = set.Manifest.Files.Select(file => file.Path).Append(SetManifest.FileName).Append(SetVerification.FileName);
        var strangers = Directory.EnumerateFileSystemEntries(catalog.DirectoryOf(set.Id)).Select(Path.GetFileName).Except(expected, StringComparer.Ordinal);
        if (strangers.FirstOrDefault() is { } stranger)
        {
            return $"{stranger} is not part of the set";
        }

        foreach (var file in set.Manifest.Files)
        {
            if (await FaultOfAsync(set, file, cancellationToken) is { } fault)
            {
                return $"{file.Path}: {fault}";
            }
        }

        return null;
    }

    private async Task<string?> FaultOfAsync(SetEntry set, SetFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(catalog.DirectoryOf(set.Id), file.Path);
        if (!File.Exists(path))
        {
            return "it is missing";
        }

        var size = new FileInfo(path).Length;
        if (size != file.StoredSize)
        {
            return $"it has {size} bytes instead of {file.StoredSize}";
        }

        await using var disk = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024, useAsync: true);
        await using var stored = new HashingStream(disk);

        try
        {
            await using var decrypting = await EncryptedFile.OpenAsync(stored, keys, set.Id, file.Path, cancellationToken);
            await using var plain = new HashingStream(decrypting);
            var client = await tools.FindAsync(ServerMajor(set.Manifest), cancellationToken);
            var unreadable = await PostgresDump.ReadThroughAsync(client, plain, cancellationToken);

            return stored.Sha256 != file.StoredSha256 ? "its SHA-256 is not the manifest's"
                : plain.Bytes != file.PlainSize || plain.Sha256 != file.PlainSha256 ? "what it decrypts to is not what was dumped"
                : unreadable is not null ? $"the dump cannot be read: {unreadable}"
                : null;
        }
        catch (EncryptedFileException exception)
        {
            return exception.Message;
        }
    }

    // 17.2 (Debian 17.2-1) -> 17. A dump is read by a pg_restore at least as new as the pg_dump that made it.
    private static int ServerMajor(SetManifest manifest) => new ClientTools("", "", manifest.Tools[SetWriter.DumpTool]).Major;
}
