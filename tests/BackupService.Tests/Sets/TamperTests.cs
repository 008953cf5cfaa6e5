using BackupService.Sets;
using Testing;

namespace BackupService.Tests.Sets;

/// <summary>One good set, made once; every test changes a copy of it.</summary>
public sealed class GoodSet(PostgresServer postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _original = new();

    public string Id { get; private set; } = "";

    internal TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync(migrated: true, CancellationToken.None);
        using var host = new BackupHost(Database, _original);
        Id = (await host.BackUpAsync()).Id;
    }

    internal TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(_original, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/latest/", StringComparison.Ordinal)))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(_original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Directory.CreateDirectory(copy.File("tmp"));
        return copy;
    }

    public ValueTask DisposeAsync()
    {
        _original.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class TamperTests(GoodSet good) : IClassFixture<GoodSet>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Changes => ["first byte", "middle byte", "last byte", "cut by one", "cut in half", "emptied", "one byte added", "removed"];

    private string Dump => $"db_{good.Id}.dump.enc";

    [Theory]
    [MemberData(nameof(Changes))]
    [Trait("Requirement", "S-271")]
    public async Task A_changed_dump_fails_verification_which_names_the_part(string change)
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        Change(Path.Combine(folder, "sets", good.Id, Dump), change);

        var set = await host.Verifier.VerifyAsync(good.Id, Token);

        Assert.False(set.IsVerified);
        Assert.StartsWith($"{Dump}: ", set.Verification!.Fault, StringComparison.Ordinal);
        Assert.Null(host.Latest);
        Assert.Equal(SetStatus.Failed, Assert.Single(host.Catalog.List().Sets).Status);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_set_with_a_changed_manifest_is_no_set(string change)
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        Change(Path.Combine(folder, "sets", good.Id, SetManifest.FileName), change);

        var listing = host.Catalog.List();
        var refusal = await Assert.ThrowsAsync<BackupException>(() => host.Verifier.VerifyAsync(good.Id, Token));

        Assert.Empty(listing.Sets);
        Assert.Equal(good.Id, Assert.Single(listing.Refused).Id);
        Assert.Equal(change == "removed" ? BackupFailure.Failed : BackupFailure.Tampered, refusal.Failure);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_changed_verification_counts_as_none_and_can_be_made_again(string change)
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        Change(Path.Combine(folder, "sets", good.Id, SetVerification.FileName), change);

        var before = Assert.Single(host.Catalog.List().Sets);
        var after = await host.Verifier.VerifyAsync(good.Id, Token);

        Assert.Equal(SetStatus.Completed, before.Status);
        Assert.Equal(SetStatus.Verified, after.Status);
        Assert.Equal(good.Id, host.Latest);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_repository_description_is_refused(string change)
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        Change(folder.File(RepositoryDescription.FileName), change);

        var refusal = Assert.Throws<BackupException>(() => host.Runner.Begin(BackupHost.Tester));

        Assert.Equal(change == "removed" ? BackupFailure.NoRepository : BackupFailure.Tampered, refusal.Failure);
    }

    [Fact]
    public async Task A_stranger_among_the_files_fails_verification()
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "sets", good.Id, "extra"), "", Token);

        var set = await host.Verifier.VerifyAsync(good.Id, Token);

        Assert.Equal("extra is not part of the set", set.Verification!.Fault);
    }

    [Fact]
    public void A_renamed_set_is_no_set()
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        Directory.Move(Path.Combine(folder, "sets", good.Id), Path.Combine(folder, "sets", "20990101_000000"));

        Assert.Empty(host.Catalog.List().Sets);
    }

    [Fact]
    public async Task The_dump_of_another_set_is_refused_even_where_its_name_is_right()
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder);
        var other = await host.BackUpAsync();
        File.Copy(host.PathOf(other, other.Manifest.Files[0].Path), Path.Combine(folder, "sets", good.Id, Dump), overwrite: true);

        var set = await host.Verifier.VerifyAsync(good.Id, Token);

        Assert.False(set.IsVerified);
        Assert.Equal(other.Id, host.Latest);
    }

    [Fact]
    public async Task Another_passphrase_is_told_from_a_changed_set()
    {
        using var folder = good.Copy();
        using var host = new BackupHost(good.Database, folder, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MCP_BACKUP_PASSPHRASE"] = "quite another passphrase",
        });

        var refusal = await Assert.ThrowsAsync<BackupException>(() => host.Verifier.VerifyAsync(good.Id, Token));

        Assert.Equal(BackupFailure.WrongKey, refusal.Failure);
        Assert.Equal(BackupFailure.WrongKey, Assert.Throws<BackupException>(() => host.Runner.Begin(BackupHost.Tester)).Failure);
    }

    private static void Change(string path, string change)
    {
        var bytes = File.ReadAllBytes(path);
        byte[] Flipped(int position)
        {
            bytes[position] ^= 1;
            return bytes;
        }

        if (change == "removed")
        {
            File.Delete(path);
            return;
        }

        File.WriteAllBytes(path, change switch
        {
            "first byte" => Flipped(0),
            "middle byte" => Flipped(bytes.Length / 2),
            "last byte" => Flipped(bytes.Length - 1),
            "cut by one" => bytes[..^1],
            "cut in half" => bytes[..(bytes.Length / 2)],
            "emptied" => [],
            "one byte added" => [.. bytes, 0],
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, message: null),
        });
    }
}
