using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

/// <summary>A whole AppHost in a process of its own: how it starts, ends, and is killed.</summary>
public sealed class RunTests : IDisposable
{
    private const string Announces = "echo $$ > $0.new; mv $0.new $0.pid; exec sleep 300";

    private readonly Scratch _scratch = new();

    public RunTests() => Directory.CreateDirectory(_scratch["AppHost"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task A_requested_stop_ends_everything_in_reverse_order_with_exit_code_0(int signal)
    {
        const string TellsItsEnd = "trap 'echo $0 >> order; exit 0' TERM; echo $$ > $0.new; mv $0.new $0.pid; while :; do sleep 0.05; done";
        _scratch.Script("a-store.sh", TellsItsEnd);
        _scratch.Script("b-api.sh", TellsItsEnd);
        _scratch.Script("c-ui.sh", TellsItsEnd);
        using var host = Start();
        await RunsAsync("a-store", "b-api", "c-ui");
        var asked = Stopwatch.GetTimestamp();

        Assert.True(UnixSignal.Send(host.Id, signal));
        await host.WaitForExitAsync(Token);

        Assert.Equal(0, host.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal<IEnumerable<string?>>(["c-ui", "b-api", "a-store"], (await File.ReadAllLinesAsync(_scratch["order"], Token)).Select(Path.GetFileNameWithoutExtension));
        Assert.Equal("stopped", Status().GetProperty("state").GetString());
        Assert.All(Status().GetProperty("resources").EnumerateArray(), resource => Assert.Equal("Finished", resource.GetProperty("state").GetString()));
        Assert.False(File.Exists(_scratch[".local/apphost.run"]));
    }

    [Fact]
    public async Task Two_seconds_after_kill_9_nothing_is_left()
    {
        _scratch.Script("a-store.sh", Announces);
        _scratch.Script("b-api.sh", Announces);
        using var host = Start();
        await RunsAsync("a-store", "b-api");
        var killed = Stopwatch.GetTimestamp();

        host.Kill();

        await Eventually.HoldsAsync(() => !Eventually.IsAlive(IdOf("a-store")) && !Eventually.IsAlive(IdOf("b-api")), "the resources are gone");
        Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_ended_by_the_next_start_and_said()
    {
        _scratch.Script("a-store.sh", Announces);
        using var host = Start();
        await RunsAsync("a-store");
        var left = IdOf("a-store");
        var watchdog = Process.GetProcessesByName("sh").First(shell => ParentOf(shell.Id) == host.Id);
        watchdog.Kill();
        await Eventually.HoldsAsync(() => !Eventually.IsAlive(watchdog.Id), "the watchdog is gone");
        host.Kill();
        await host.WaitForExitAsync(Token);
        Assert.True(Eventually.IsAlive(left));
        File.Delete(_scratch["a-store.sh.pid"]);

        using var next = Start("--LocalTerminal=true");
        await RunsAsync("a-store");

        Assert.False(Eventually.IsAlive(left));
        UnixSignal.Send(next.Id, UnixSignal.Terminate);
        Assert.Contains("did not end in order. 1 of its processes", await next.StandardOutput.ReadToEndAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_AppHost_on_the_folder_ends_with_the_cure_and_disturbs_nothing()
    {
        _scratch.Script("a-store.sh", Announces);
        using var host = Start();
        await RunsAsync("a-store");

        using var second = Start();
        var error = await second.StandardError.ReadToEndAsync(Token);
        await second.WaitForExitAsync(Token);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"process {host.Id}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.True(Eventually.IsAlive(IdOf("a-store")));
        Assert.Equal(host.Id, Status().GetProperty("pid").GetInt32());
        UnixSignal.Send(host.Id, UnixSignal.Terminate);
        await host.WaitForExitAsync(Token);
    }

    [Fact]
    public async Task A_failed_resource_is_shown_without_its_escapes_and_makes_the_run_end_non_zero()
    {
        _scratch.Script("a-broken.sh", "printf '\\033]0;owned\\007\\033[2Jno disk\\n'; exit 9");
        using var host = Start("--LocalTerminal=true");
        await Eventually.HoldsAsync(() => ResourceState("a-broken") == "Finished", "the script has ended");

        UnixSignal.Send(host.Id, UnixSignal.Terminate);
        var output = await host.StandardOutput.ReadToEndAsync(Token);
        await host.WaitForExitAsync(Token);

        Assert.Equal(1, host.ExitCode);
        Assert.Contains("| no disk", output, StringComparison.Ordinal);
        Assert.Contains("exited with code 9", output, StringComparison.Ordinal);
        Assert.Contains(_scratch[".local/logs/a-broken.log"], output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }

    [Fact]
    public async Task When_all_is_up_the_terminal_says_so_once()
    {
        _scratch.Script("a-store.sh", Announces);
        _scratch.Script("b-job.sh", "exit 0");
        using var host = Start("--LocalTerminal=true");
        var before = new List<string>();
        while (await host.StandardOutput.ReadLineAsync(Token) is { } line && !line.StartsWith("All resources are up", StringComparison.Ordinal))
        {
            before.Add(line);
        }

        UnixSignal.Send(host.Id, UnixSignal.Terminate);
        var after = await host.StandardOutput.ReadToEndAsync(Token);

        Assert.Contains(before, line => line.EndsWith("a-store          Running", StringComparison.Ordinal));
        Assert.DoesNotContain("All resources are up", after, StringComparison.Ordinal);
        Assert.Contains("Stopping…", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_folder_that_cannot_be_written_stops_nothing()
    {
        _scratch.Script("a-store.sh", "echo hello; " + Announces);
        Directory.CreateDirectory(_scratch[".local"]);
        await File.WriteAllTextAsync(_scratch[".local/logs"], "", Token);
        using var host = Start("--LocalTerminal=true");
        await RunsAsync("a-store");

        UnixSignal.Send(host.Id, UnixSignal.Terminate);
        var output = await host.StandardOutput.ReadToEndAsync(Token);

        Assert.Contains("Cannot write", output, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private Process Start(params string[] args) =>
        ReexecutedHost.Start(_scratch.Folder, string.Join(' ', args.DefaultIfEmpty("--Some=thing")), nameof(HostScenes.AppHost));

    private async Task RunsAsync(params string[] names) =>
        await Eventually.HoldsAsync(() => names.All(name => File.Exists(_scratch[$"{name}.sh.pid"])), "the resources run");

    private int IdOf(string name) => int.Parse(File.ReadAllText(_scratch[$"{name}.sh.pid"]), CultureInfo.InvariantCulture);

    private static int ParentOf(int id) =>
        int.Parse(File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].TrimStart().Split(' ')[1], CultureInfo.InvariantCulture);

    private JsonElement Status() => JsonDocument.Parse(File.ReadAllText(_scratch[".local/apphost.json"])).RootElement;

    private JsonElement? TryStatus() => File.Exists(_scratch[".local/apphost.json"]) ? Status() : null;

    private string? ResourceState(string name) => TryStatus()?.GetProperty("resources").EnumerateArray()
        .Where(resource => resource.GetProperty("name").GetString() == name)
        .Select(resource => resource.GetProperty("state").GetString())
        .FirstOrDefault();
}
