using ServiceDefaults.Durability;

namespace ServiceDefaults.Tests.Durability;

public sealed class DurableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-durable-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_written_whole_and_only_once()
    {
        var path = Path.Combine(_folder, "new");

        Durable.WriteNewFile(path, "content"u8);

        Assert.Equal("content", File.ReadAllText(path));
        Assert.Throws<IOException>(() => Durable.WriteNewFile(path, "again"u8));
    }

    [Fact]
    public void A_rename_replaces_a_file_and_moves_a_directory()
    {
        File.WriteAllText(Path.Combine(_folder, "old"), "old");
        File.WriteAllText(Path.Combine(_folder, "new"), "new");
        Directory.CreateDirectory(Path.Combine(_folder, "unfinished", "inside"));

        Durable.Rename(Path.Combine(_folder, "new"), Path.Combine(_folder, "old"));
        Durable.Rename(Path.Combine(_folder, "unfinished"), Path.Combine(_folder, "finished"));

        Assert.Equal("new", File.ReadAllText(Path.Combine(_folder, "old")));
        Assert.True(Directory.Exists(Path.Combine(_folder, "finished", "inside")));
    }

    [Fact]
    public void A_directory_can_be_forced_to_disk()
    {
        Durable.FsyncDirectory(_folder);

        var refusal = Assert.Throws<IOException>(() => Durable.FsyncDirectory(Path.Combine(_folder, "missing")));
        Assert.Contains("open of '", refusal.Message, StringComparison.Ordinal);
    }

    // The kernel refuses fsync of a device that has no storage; the framework's own flush would return as if all were well.
    [Fact]
    public void A_refused_fsync_is_an_error_that_names_the_file()
    {
        using var device = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);

        var refusal = Assert.Throws<IOException>(() => Durable.FsyncFile(device, "/dev/null"));

        Assert.Contains("fsync of '/dev/null' failed", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rename_over_a_filled_directory_is_an_error_and_changes_nothing()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "set"));
        Directory.CreateDirectory(Path.Combine(_folder, "taken", "inside"));

        Assert.Throws<IOException>(() => Durable.Rename(Path.Combine(_folder, "set"), Path.Combine(_folder, "taken")));

        Assert.True(Directory.Exists(Path.Combine(_folder, "set")));
    }
}
