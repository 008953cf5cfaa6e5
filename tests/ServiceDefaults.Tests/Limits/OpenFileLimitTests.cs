using Microsoft.Extensions.Logging;
using ServiceDefaults.Limits;
using Testing;

namespace ServiceDefaults.Tests.Limits;

public sealed class OpenFileLimitTests : IDisposable
{
    private readonly string _table = Path.GetTempFileName();

    public void Dispose() => File.Delete(_table);

    [Theory]
    [Trait("Requirement", "S-333")]
    [InlineData("65536", true)]
    [InlineData("1024", true)]
    [InlineData("65537", false)]
    [InlineData("unlimited", false)]
    public async Task A_limit_below_what_connections_need_is_warned_about_with_the_cure(string limit, bool warns)
    {
        await File.WriteAllTextAsync(
            _table,
            $"""
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             7                    7                    processes
            Max open files            {limit,-20} 1048576              files
            """,
            TestContext.Current.CancellationToken);
        using var log = new TestLog();

        await new OpenFileLimit(new OpenFileLimitSource(_table), log.CreateLogger<OpenFileLimit>()).StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(warns, log.Entries.Any(entry => entry.Event.Name == "open_file_limit_low" && entry.Level == LogLevel.Warning));
        Assert.All(log.Entries, entry => Assert.Contains("LimitNOFILE=131072", entry.Message, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-333")]
    public void The_limit_of_this_very_process_can_be_read() =>
        Assert.Equal(OperatingSystem.IsLinux(), new OpenFileLimitSource().Read() is > 0 || File.ReadAllText("/proc/self/limits").Contains("unlimited            unlimited            files", StringComparison.Ordinal));

    [Fact]
    public void A_system_without_that_table_says_nothing() => Assert.Null(new OpenFileLimitSource("/no/such/table").Read());
}
