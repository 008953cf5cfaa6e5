using System.Diagnostics;
using System.Globalization;
using System.Text;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Tests.Hosting;

/// <summary>
/// Hosting in a process of its own: one that can be killed, and one whose handles and threads are counted while nothing else
/// goes on in it. It is this test assembly again, run for one of the explicit tests below.
/// </summary>
public sealed class HostProcess
{
    private const string Arguments = "HOSTING_TEST_PROCESS";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs one of the explicit tests of this class and gives the line it writes.</summary>
    internal static async Task<Told> RunAsync(string test, params string[] arguments)
    {
        var assembly = typeof(HostProcess).Assembly.Location;
        var answer = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        var start = new ProcessStartInfo("dotnet", [assembly, "-explicit", "only", "-method", $"{typeof(HostProcess).FullName}.{test}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Arguments] = string.Join('|', [answer, .. arguments]);
        var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => output.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Until.TrueAsync(() => File.Exists(answer) || process.HasExited, within: TimeSpan.FromMinutes(3));
        Assert.True(File.Exists(answer), $"The process ended without an answer:\n{output}");
        var line = await File.ReadAllTextAsync(answer, Token);
        File.Delete(answer);
        return new Told(process, line);
    }

    [Fact(Explicit = true)]
    public async Task Hosts_until_it_is_killed()
    {
        var (answer, arguments) = Asked();
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(HostedServerTests.Kind(arguments[0]), "daemon", "remembers", arguments[1]));
        await conversation.HearAsync();
        Answer(answer, "hosting");

        await Task.Delay(Timeout.Infinite, Token);
    }

    [Fact(Explicit = true)]
    public async Task Starts_and_stops_and_counts()
    {
        var (answer, arguments) = Asked();
        await using var hosts = new Hosts();
        var link = hosts.To(Hosts.Server(HostedServerTests.Kind(arguments[0]), "daemon", "remembers", arguments[1]));

        // The first ones make what lasts: threads of the pool, the watchdog, the lock.
        await CycleAsync(link, 10);
        var before = Count();
        await CycleAsync(link, int.Parse(arguments[2], CultureInfo.InvariantCulture));
        await Until.TrueAsync(() => Count() is var after && after.Files <= before.Files && after.Processes <= before.Processes && after.Threads <= before.Threads + 2);

        Answer(answer, $"{before} {Count()}");
    }

    private static async Task CycleAsync(McpWorker.Servers.IServerLink link, int cycles)
    {
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await using var conversation = await Conversation.OverAsync(await link.OpenAsync(Token));
            await conversation.HearAsync();
        }
    }

    /// <summary>What ended and waits for its parent counts as a process too.</summary>
    private static (int Files, int Threads, int Processes) Count() =>
        (Directory.GetFileSystemEntries("/proc/self/fd").Length, Directory.GetDirectories("/proc/self/task").Length, ProcessTable.Read().Descendants(Environment.ProcessId).Count);

    private static (string Answer, string[] Arguments) Asked()
    {
        var parts = Environment.GetEnvironmentVariable(Arguments)!.Split('|');
        return (parts[0], parts[1..]);
    }

    /// <summary>Whole or not at all, for the other side looks for the file.</summary>
    private static void Answer(string path, string line)
    {
        File.WriteAllText(path + ".new", line);
        File.Move(path + ".new", path);
    }

    internal sealed record Told(Process Process, string Line) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Process.Kill();
            await Process.WaitForExitAsync(CancellationToken.None);
            Process.Dispose();
        }
    }
}
