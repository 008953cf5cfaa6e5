namespace ServiceDefaults.Database;

/// <summary>A row of <c>gateway.schema_migrations</c>.</summary>
internal sealed record AppliedMigration(int Number, string Service, string Name, string Checksum, string ProductVersion);

/// <summary>What a run did.</summary>
/// <param name="Applied">Migrations applied now; none when the schema was up to date.</param>
/// <param name="Unknown">Migrations the database has and this version does not know: a newer version made them.</param>
/// <param name="Notices">What the operator should know, a sentence each.</param>
public sealed record MigrationOutcome(
    IReadOnlyList<Migration> Applied, IReadOnlyList<string> Unknown, IReadOnlyList<string> Notices);

/// <summary>Compares what is applied with what this version knows.</summary>
internal sealed record MigrationPlan(IReadOnlyList<Migration> Pending, IReadOnlyList<string> Unknown)
{
    /// <exception cref="MigrationException">History and files disagree.</exception>
    public static MigrationPlan Make(IReadOnlyList<Migration> known, IReadOnlyList<AppliedMigration> applied)
    {
        var byNumber = known.ToDictionary(migration => migration.Number);
        foreach (var row in applied)
        {
            if (byNumber.TryGetValue(row.Number, out var migration) && migration.Checksum != row.Checksum)
            {
                throw new MigrationException(
                    $"Migration {migration} was changed after it had been applied (by version {row.ProductVersion}, as {row.Name}): "
                    + "put the file back as it was and make the change in a new migration.");
            }
        }

        var done = applied.Select(row => row.Number).ToHashSet();
        var pending = known.Where(migration => !done.Contains(migration.Number)).ToList();
        var unknown = applied.Where(row => !byNumber.ContainsKey(row.Number)).ToList();
        if (pending.Count > 0 && unknown.Count > 0)
        {
            throw new MigrationException(
                $"The database has migrations this version ({ProductVersion.Current}) does not know, {List(unknown)}, and lacks {string.Join(", ", pending)}: "
                + $"two versions of the product have gone different ways. Run the version that made them ({unknown[^1].ProductVersion}) or a newer one.");
        }

        return new MigrationPlan(pending, [.. unknown.Select(row => $"{row.Number:000}_{row.Name} ({row.Service}, by version {row.ProductVersion})")]);
    }

    private static string List(List<AppliedMigration> rows) => string.Join(", ", rows.Select(row => $"{row.Number:000}_{row.Name} ({row.Service})"));
}
