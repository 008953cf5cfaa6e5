using System.Collections.Concurrent;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class ChildProcessTests : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly RunMark _mark = RunMark.Create();
    private readonly Watchdog _watchdog;
    private readonly ConcurrentQueue<(string Text, bool IsError)> _lines = new();

    public ChildProcessTests() => _watchdog = Watchdog.Start(_mark);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_environment_is_exactly_what_was_given_even_names_a_shell_would_drop()
    {
        await using var child = Start("/usr/bin/env", [], new(StringComparer.Ordinal) { ["ConnectionStrings__my-db"] = "Host=x;y=$HOME \"q\"", ["A"] = "1" });

        Assert.Equal(0, await child.Exited.WaitAsync(Token));

        Assert.Equal<IEnumerable<string>>(
            ["A=1", $"{RunMark.Variable}={_mark.Value}", "ConnectionStrings__my-db=Host=x;y=$HOME \"q\""],
            _lines.Select(line => line.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Both_outputs_arrive_line_by_line_and_the_exit_code_with_them()
    {
        await using var child = Start("/bin/sh", ["-c", "echo out; echo err >&2; printf 'no end'; exit 3"]);

        Assert.Equal(3, await child.Exited.WaitAsync(Token));

        Assert.Contains(("out", false), _lines);
        Assert.Contains(("no end", false), _lines);
        Assert.Contains(("err", true), _lines);
    }

    [Fact]
    public async Task A_line_longer_than_the_bound_is_cut_and_says_so()
    {
        await using var child = Start("/bin/sh", ["-c", "head -c 200000 /dev/zero | tr '\\0' x; echo; echo next"]);
        await child.Exited.WaitAsync(Token);

        var lines = _lines.Select(line => line.Text).ToList();

        Assert.Equal(2, lines.Count);
        Assert.EndsWith("x [cut: longer than 64 KiB]", lines[0], StringComparison.Ordinal);
        Assert.InRange(lines[0].Length, LinePump.MaxLine, LinePump.MaxLine + 40);
        Assert.Equal("next", lines[1]);
    }

    [Fact]
    public async Task A_stop_reaches_what_the_process_started_too()
    {
        await using var child = Start("/bin/sh", ["-c", "sleep 300 & echo $!; wait"]);
        await Eventually.HoldsAsync(() => !_lines.IsEmpty, "the script names its child");
        var grandchild = int.Parse(_lines.First().Text);

        await child.StopAsync(TimeSpan.FromSeconds(5), TimeProvider.System);

        Assert.Equal(128 + 15, await child.Exited);
        await Eventually.HoldsAsync(() => !Eventually.IsAlive(grandchild), "the grandchild is gone");
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_is_killed_after_the_grace()
    {
        await using var child = Start("/bin/sh", ["-c", "trap '' TERM INT; echo ready; while :; do sleep 1; done"]);
        await Eventually.HoldsAsync(() => !_lines.IsEmpty, "the traps are set");

        await child.StopAsync(TimeSpan.FromMilliseconds(400), TimeProvider.System);

        Assert.Equal(128 + 9, await child.Exited);
    }

    [Fact]
    public async Task What_a_process_leaves_in_its_group_ends_with_it()
    {
        await using var child = Start("/bin/sh", ["-c", "sleep 300 & echo $!"]);

        Assert.Equal(0, await child.Exited.WaitAsync(Token));

        var grandchild = int.Parse(Assert.Single(_lines).Text);
        await Eventually.HoldsAsync(() => !Eventually.IsAlive(grandchild), "the grandchild is gone");
    }

    [Fact]
    public async Task The_process_leads_a_session_of_its_own()
    {
        await using var child = Start("/bin/sh", ["-c", "cut -d' ' -f5,6 /proc/$$/stat"]);
        await child.Exited.WaitAsync(Token);

        Assert.Equal($"{child.Id} {child.Id}", Assert.Single(_lines).Text);
    }

    [Theory]
    [InlineData("no-such-program-here", "Install it")]
    [InlineData("/no/such/program", "does not exist")]
    public void A_missing_program_is_named_with_the_cure(string command, string cure)
    {
        var failure = Assert.Throws<DistributedApplicationException>(() => Start(command, []));

        Assert.Contains(command, failure.Message, StringComparison.Ordinal);
        Assert.Contains(cure, failure.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        _scratch.Dispose();
    }

    private ChildProcess Start(string command, string[] arguments, Dictionary<string, string>? environment = null) => ChildProcess.Start(
        new ProcessSpec(command, arguments, _scratch.Folder, environment ?? new(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }),
        _mark,
        _watchdog,
        (line, isError) => _lines.Enqueue((Encoding.UTF8.GetString(line), isError)));
}
