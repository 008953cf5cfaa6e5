using System.Text;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Logging;
using ServiceDefaults.Logging.Files;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Tests.Fixtures;
using Testing;

namespace ServiceDefaults.Tests.Logging.Files;

public sealed class LogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-logs-").FullName;
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 20, 14, 15, 0, TimeSpan.Zero));
    private readonly List<LogEntry> _told = [];

    private string Main => Path.Combine(_folder, "mcp.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Requirement", "S-209")]
    public void A_missing_folder_is_made_and_the_files_are_for_owner_and_group_alone()
    {
        var options = new LoggingOptions { File = Path.Combine(_folder, "a", "b", "mcp.log") };

        LogFiles.Check(options);

        Assert.Equal(["error.log", "mcp.log"], Directory.EnumerateFiles(Path.Combine(_folder, "a", "b")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(options.File) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
        }
    }

    [Theory]
    [Trait("Requirement", "S-209")]
    [InlineData("folder")]
    [InlineData("folder/mcp.log")]
    [InlineData("file/mcp.log")]
    [InlineData("error.log")]
    [InlineData("access.log")]
    public void A_path_that_cannot_be_written_stops_the_start_and_says_what_to_do(string path)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "folder", "mcp.log"));
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        var refused = Assert.Throws<SettingsException>(() => LogFiles.Check(new LoggingOptions { File = Path.Combine(_folder, path) }));

        var error = Assert.Single(refused.Errors);
        Assert.Equal("MCP_LOG_FILE", error.Key);
        Assert.NotEmpty(error.Cure);
    }

    [Fact]
    [Trait("Requirement", "S-222")]
    public void Lines_go_behind_what_is_there_and_a_renamed_file_is_left_within_a_second()
    {
        File.WriteAllText(Main, "old\n");
        using var file = Open();
        file.Write("a\n"u8, 1);
        File.Move(Main, Main + ".1");

        file.Write("b\n"u8, 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("c\n"u8, 1);
        File.Delete(Main);
        _clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("d\n"u8, 1);

        Assert.Equal("old\na\nb\n", File.ReadAllText(Main + ".1"));
        Assert.Equal("d\n", File.ReadAllText(Main));
        Assert.Empty(_told);
    }

    [Fact]
    [Trait("Requirement", "S-209")]
    public void A_full_disk_is_told_once_and_what_was_lost_when_there_is_room_again()
    {
        File.CreateSymbolicLink(Main, "/dev/full");
        using var file = Open();

        file.Write("a\n"u8, 1);
        file.Write("b\nc\n"u8, 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("d\n"u8, 1);
        File.Delete(Main);
        _clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("e\n"u8, 1);

        Assert.Equal(["log_file_failed", "log_file_recovered"], _told.Select(note => note.EventName));
        Assert.Contains("No space left", _told[0].Message, StringComparison.Ordinal);
        Assert.Equal(4L, _told[1].Fields.Single(field => field.Key == "lost").Value);
        Assert.Equal("e\n", File.ReadAllText(Main));
    }

    [Fact]
    [Trait("Requirement", "S-209")]
    public void A_folder_that_disappears_fails_the_file_until_it_is_back()
    {
        var path = Path.Combine(_folder, "sub", "mcp.log");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = Open(path);
        file.Write("a\n"u8, 1);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        _clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("b\n"u8, 1);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _clock.Advance(TimeSpan.FromSeconds(1));
        file.Write("c\n"u8, 1);

        Assert.Equal(["log_file_failed", "log_file_recovered"], _told.Select(note => note.EventName));
        Assert.Equal("c\n", File.ReadAllText(path));
    }

    [Fact]
    [Trait("Requirement", "S-210")]
    public void Each_line_is_in_the_files_it_belongs_to()
    {
        using var output = new MemoryStream();
        using (var writer = new LogLineWriter(output, 1_000, LogFiles.From(new LoggingOptions { File = Path.Combine(_folder, "combined.log") }, TimeProvider.System)))
        {
            writer.Write(Line("info", LogTargets.Main));
            writer.Write(Line("error", LogTargets.Main | LogTargets.ErrorFile));
            writer.Write(Line("access", LogTargets.AccessFile));
            writer.Write(Line("audit", LogTargets.AuditFile));
        }

        Assert.Equal("info\nerror\n", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal("info\nerror\n", Read("combined.log"));
        Assert.Equal("error\n", Read("error.log"));
        Assert.Equal("access\n", Read("access.log"));
        Assert.Equal("audit\n", Read("audit.log"));
    }

    [Fact]
    [Trait("Requirement", "S-209")]
    public void A_pipe_in_the_files_place_holds_nobody_up()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files.");
        Pipes.Make(Main);
        using var file = Open();

        file.Write("a\n"u8, 1);
        using (var reader = new FileStream(Main, FileMode.Open, FileAccess.ReadWrite))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            file.Write("b\n"u8, 1);
            Assert.Equal('b', reader.ReadByte());
        }

        Assert.Equal(["log_file_failed", "log_file_recovered"], _told.Select(note => note.EventName));
    }

    [Fact]
    [Trait("Requirement", "S-209")]
    public void A_file_that_fails_does_not_keep_lines_from_standard_output()
    {
        using var output = new MemoryStream();
        Directory.CreateDirectory(Main);
        using (var writer = new LogLineWriter(output, 1_000, LogFiles.From(new LoggingOptions { File = Main }, TimeProvider.System))
        {
            Render = note => Encoding.UTF8.GetBytes($"{note.Level} {note.EventName}\n"),
        })
        {
            writer.Write(Line("one", LogTargets.Main));
            writer.Write(Line("two", LogTargets.Main));
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["one", "two"], lines.Where(line => !line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.Equal([$"{LogLevel.Error} log_file_failed"], lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)));
    }

    private static LogLine Line(string text, LogTargets targets) => new(Encoding.UTF8.GetBytes(text + "\n"), targets);

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private LogFile Open(string? path = null) =>
        new(path ?? Main, new LogRotation(path ?? Main, new LogRetention(0, 0, 0), _clock), _clock, _told.Add);
}
