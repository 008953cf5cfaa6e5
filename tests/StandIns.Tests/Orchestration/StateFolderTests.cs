using Aspire.Hosting;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class StateFolderTests : IDisposable
{
    private static readonly StateHolder Holder = new(4711, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "run", "/repo/AppHost");

    private readonly Scratch _scratch = new();

    [Fact]
    public void A_second_AppHost_is_told_who_holds_the_folder_and_the_cure()
    {
        using var held = StateFolder.Acquire(_scratch.Folder, Holder);

        var failure = Assert.Throws<DistributedApplicationException>(() => StateFolder.Acquire(_scratch.Folder, Holder));

        Assert.Contains("process 4711 (/repo/AppHost), since 2026-01-02 03:04:05Z", failure.Message, StringComparison.Ordinal);
        Assert.Contains("kill 4711", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--LocalState", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_crashed_is_handed_to_the_next()
    {
        StateFolder.Acquire(_scratch.Folder, Holder).Dispose();

        using var next = StateFolder.Acquire(_scratch.Folder, Holder with { ProcessId = 1 });

        Assert.Equal(Holder, next.Previous);
    }

    [Fact]
    public void A_run_that_ended_in_order_leaves_nothing_to_do()
    {
        StateFolder.Acquire(_scratch.Folder, Holder).Release();

        using var next = StateFolder.Acquire(_scratch.Folder, Holder);

        Assert.Null(next.Previous);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"ProcessId\":\"x\"}")]
    [InlineData("{\"ProcessId\":12")]
    public void A_file_of_another_version_does_not_stop_the_start(string content)
    {
        File.WriteAllText(_scratch["apphost.run"], content);

        using var folder = StateFolder.Acquire(_scratch.Folder, Holder);

        Assert.Null(folder.Previous);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named_with_the_cure()
    {
        File.WriteAllText(_scratch["file"], "");

        var failure = Assert.Throws<DistributedApplicationException>(() => StateFolder.Acquire(_scratch["file/state"], Holder));

        Assert.Contains("file/state cannot be written", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--LocalState", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();
}
