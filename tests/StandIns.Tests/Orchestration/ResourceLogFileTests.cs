using System.Text;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class ResourceLogFileTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Lines_are_appended_as_they_were_written()
    {
        using (var first = Open("logs/worker.log"))
        {
            first.Append("\e[31mred\e[0m"u8);
        }

        using var second = Open("logs/worker.log");
        second.Append("again"u8);

        Assert.Equal("\e[31mred\e[0m\nagain\n", File.ReadAllText(_scratch["logs/worker.log"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_scratch["logs/worker.log"]));
    }

    [Fact]
    public void A_full_file_moves_aside_and_only_one_old_one_is_kept()
    {
        using var log = Open("worker.log", maxBytes: 100);

        for (var line = 0; line < 100; line++)
        {
            log.Append(Encoding.ASCII.GetBytes($"line {line:000}"));
        }

        Assert.Equal(2, Directory.GetFiles(_scratch.Folder).Length);
        Assert.InRange(new FileInfo(_scratch["worker.log"]).Length, 1, 100);
        Assert.EndsWith("line 099\n", File.ReadAllText(_scratch["worker.log"]), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(_scratch["worker.log.old"]).Length, 1, 100);
        Assert.Empty(_said);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said_once()
    {
        File.WriteAllText(_scratch["logs"], "a file where the folder should be");
        using var log = Open("logs/worker.log");

        log.Append("one"u8);
        log.Append("two"u8);

        Assert.Contains("logs/worker.log", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_costs_the_line_and_is_said_once()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs the device that is always full");
        using var log = new ResourceLogFile("/dev/full", TimeProvider.System, _said.Add);

        log.Append("one"u8);
        log.Append("two"u8);

        Assert.Contains("output is not kept", Assert.Single(_said), StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private ResourceLogFile Open(string name, long maxBytes = ResourceLogFile.DefaultMaxBytes) =>
        new(_scratch[name], TimeProvider.System, _said.Add, maxBytes);
}
