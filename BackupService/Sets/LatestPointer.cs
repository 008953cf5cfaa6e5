using ServiceDefaults.Durability;

namespace BackupService.Sets;

/// <summary>The symbolic link <c>latest</c>, which always leads to the newest verified set (S-268).</summary>
internal sealed class LatestPointer(BackupRepository repository)
{
    private string Link => Path.Combine(repository.Root, "latest");

    /// <summary>Id of the set it leads to; null before the first verified set.</summary>
    public string? Read() => new FileInfo(Link).LinkTarget is { } target ? Path.GetFileName(target) : null;

    /// <summary>Points it to the newest of the sets that is verified, or removes it when none is.</summary>
    public void Update(IReadOnlyList<SetEntry> sets)
    {
        var newest = sets.LastOrDefault(set => set.IsVerified)?.Id;
        if (newest == Read())
        {
            return;
        }

        if (newest is null)
        {
            File.Delete(Link);
            Durable.FsyncDirectory(repository.Root);
            return;
        }

        // Relative, so that a moved or mounted repository stays whole.
        var temporary = Path.Combine(repository.TemporaryDirectory, $"latest-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(temporary, Path.Combine("sets", newest));
        Durable.Rename(temporary, Link);
    }
}
