using BackupService.Encryption;

namespace BackupService.Sets;

/// <summary>A set as it lies in the repository: an authentic manifest, and what the newest verification said.</summary>
internal sealed record SetEntry(SetManifest Manifest, SetVerification? Verification, PassphraseKey Key)
{
    public string Id => Manifest.Id;

    public bool IsVerified => Verification is { Fault: null };

    public string Status => Verification switch
    {
        null => SetStatus.Completed,
        { Fault: null } => SetStatus.Verified,
        _ => SetStatus.Failed,
    };
}

/// <summary>All sets, oldest first, and directories that claim to be one but are not.</summary>
internal sealed record CatalogListing(IReadOnlyList<SetEntry> Sets, IReadOnlyList<RefusedSet> Refused);

/// <summary>A directory in <c>sets/</c> without an authentic manifest.</summary>
internal sealed record RefusedSet(string Id, string Reason);

/// <summary>Reads the sets of the repository. Nothing is a set without an authentic manifest.</summary>
internal sealed class SetCatalog(BackupRepository repository)
{
    public string DirectoryOf(string id) => Path.Combine(repository.SetsDirectory, id);

    /// <exception cref="BackupException">There is no repository, or its passphrase is another one.</exception>
    public CatalogListing List()
    {
        repository.Open();

        var sets = new List<SetEntry>();
        var refused = new List<RefusedSet>();
        foreach (var directory in Directory.EnumerateDirectories(repository.SetsDirectory).Select(path => Path.GetFileName(path)!))
        {
            try
            {
                sets.Add(Find(directory));
            }
            catch (BackupException exception)
            {
                refused.Add(new RefusedSet(directory, exception.Message));
            }
        }

        sets.Sort((left, right) => SetId.Compare(left.Id, right.Id));
        return new CatalogListing(sets, refused);
    }

    /// <exception cref="BackupException">There is no such set, it was changed, or its passphrase is another one.</exception>
    public SetEntry Find(string id)
    {
        if (!SetId.IsValid(id))
        {
            throw new BackupException(BackupFailure.Usage, $"'{id}' is no set id. Ids look like 20260131_235959; `list` shows those that exist.");
        }

        var path = Path.Combine(DirectoryOf(id), SetManifest.FileName);
        if (!File.Exists(path))
        {
            throw new BackupException(BackupFailure.Failed, $"There is no set '{id}' in '{repository.Root}'. `list` shows those that exist.");
        }

        var document = SealedDocument.Parse(File.ReadAllBytes(path), SetJson.Default.SetManifest)
            ?? throw new BackupException(BackupFailure.Tampered, $"The set '{id}' was changed: its {SetManifest.FileName} is damaged.");
        var key = repository.KeyOf(document, document.Claimed.Key, $"The set '{id}'");
        var manifest = document.Claimed;

        if (manifest.Id != id)
        {
            throw new BackupException(BackupFailure.Tampered, $"The directory '{id}' holds the manifest of the set '{manifest.Id}'.");
        }

        return manifest.Format == SetManifest.CurrentFormat
            ? new SetEntry(manifest, ReadVerification(id, key), key)
            : throw new BackupException(BackupFailure.Failed, $"The set '{id}' has format {manifest.Format}, which this version does not know.");
    }

    public void Write(SetEntry set, SetVerification verification) => repository.Replace(
        Path.Combine(DirectoryOf(set.Id), SetVerification.FileName),
        SealedDocument.Write(verification, SetJson.Default.SetVerification, set.Key.ManifestKey));

    private SetVerification? ReadVerification(string id, PassphraseKey key)
    {
        var path = Path.Combine(DirectoryOf(id), SetVerification.FileName);

        // A forged or borrowed result counts as none: the next verification replaces it.
        return File.Exists(path)
            && SealedDocument.Parse(File.ReadAllBytes(path), SetJson.Default.SetVerification) is { } document
            && document.IsAuthentic(key.ManifestKey)
            && document.Claimed.Id == id
                ? document.Claimed
                : null;
    }
}
