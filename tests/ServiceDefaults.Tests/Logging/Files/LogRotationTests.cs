using System.Text;
using ServiceDefaults.Logging;
using ServiceDefaults.Logging.Files;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace ServiceDefaults.Tests.Logging.Files;

public sealed class LogRotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-rotation-").FullName;
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 20, 14, 15, 0, TimeSpan.Zero));

    private string Main => Path.Combine(_folder, "mcp.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Requirement", "S-222")]
    public void A_full_file_is_put_aside_under_the_time_and_the_next_line_opens_a_new_one()
    {
        using var file = Open(new LogRetention(10, 0, 0));

        file.Write("0123456789\n"u8, 1);
        file.Write("a\n"u8, 1);
        file.Write("0123456789\n"u8, 1);
        file.Write("b\n"u8, 1);

        Assert.Equal("0123456789\n", File.ReadAllText(Main + ".20261120T141500Z"));
        Assert.Equal("a\n0123456789\n", File.ReadAllText(Main + ".20261120T141500Z-0002"));
        Assert.Equal("b\n", File.ReadAllText(Main));
    }

    [Fact]
    [Trait("Requirement", "S-222")]
    public void Old_and_surplus_files_of_our_own_naming_are_deleted_and_no_others()
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        string[] foreign = ["mcp.log.1", "mcp.log.20200101T000000Z.gz", "mcp.log.old", "other.log.20200101T000000Z", "mcp.log.20200101T000000Zx"];
        foreach (var name in foreign)
        {
            Make(name, now.AddYears(-1));
        }

        Make("mcp.log.20261001T000000Z", now.AddDays(-50));
        Make("mcp.log.20261117T000000Z", now.AddDays(-3));
        Make("mcp.log.20261118T000000Z", now.AddDays(-2));
        Make("mcp.log.20261119T000000Z", now.AddDays(-1));

        new LogRotation(Main, new LogRetention(10, Files: 2, Days: 30), _clock).PruneIfIdle();

        Assert.Equal(
            foreign.Concat([".mcp.log.lock", "mcp.log.20261118T000000Z", "mcp.log.20261119T000000Z"]).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-222")]
    public void A_file_somebody_may_still_write_to_is_not_deleted()
    {
        Make("mcp.log.20261120T141455Z", _clock.GetUtcNow().UtcDateTime.AddSeconds(-5));
        Make("mcp.log.20261120T141456Z", _clock.GetUtcNow().UtcDateTime.AddSeconds(-4));

        new LogRotation(Main, new LogRetention(10, Files: 1, Days: 0), _clock).PruneIfIdle();

        Assert.True(File.Exists(Main + ".20261120T141455Z"));
    }

    [Fact]
    [Trait("Requirement", "S-222")]
    public async Task Writers_that_share_a_file_lose_no_line_and_tear_none_while_it_rotates()
    {
        const int Writers = 4;
        const int Lines = 5_000;
        var options = new LoggingOptions { File = Main, MaxBytes = 50_000, RetainFiles = 0, RetainDays = 0 };

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteLines(options, writer, Lines), TestContext.Current.CancellationToken)));

        var files = Directory.EnumerateFiles(_folder, "mcp.log*").ToList();
        var lines = files.SelectMany(File.ReadAllLines).ToList();
        var expected = Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Lines).Select(line => Text(writer, line)));
        Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
        Assert.True(files.Count > 5, $"{files.Count} files");
    }

    private static string Text(int writer, int line) => $"writer {writer} line {line} {new string('x', 20 + (line % 50))}";

    private static void WriteLines(LoggingOptions options, int writer, int count)
    {
        using var lines = new LogLineWriter(Stream.Null, count, LogFiles.From(options, TimeProvider.System));
        for (var line = 0; line < count; line++)
        {
            lines.Write(new LogLine(Encoding.UTF8.GetBytes(Text(writer, line) + "\n"), LogTargets.Main));
        }
    }

    private void Make(string name, DateTime written)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "x\n");
        File.SetLastWriteTimeUtc(path, written);
    }

    private LogFile Open(LogRetention retention) => new(Main, new LogRotation(Main, retention, _clock), _clock, _ => { });
}
