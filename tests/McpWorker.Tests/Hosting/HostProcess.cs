using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using McpWorker.Servers;
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
        await using var conversation = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(arguments[0]), "daemon", "remembers", arguments[1]));
        await conversation.HearAsync();
        Answer(answer, "hosting");

        await Task.Delay(Timeout.Infinite, Token);
    }

    [Fact(Explicit = true)]
    public async Task Starts_and_stops_and_counts()
    {
        var (answer, arguments) = Asked();
        await using var hosts = new Hosts();
        var link = hosts.To(Hosts.Server(Kinds.Parse(arguments[0]), "daemon", "remembers", arguments[1]));

        // The first ones make what lasts: threads of the pool, the watchdog, the lock.
        await CycleAsync(link, 10);
        var before = Count();
        await CycleAsync(link, int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var after = Count();
        for (var look = 0; look < 500 && (after.Files > before.Files || after.Threads > before.Threads || after.Processes > before.Processes); look++)
        {
            // What ended a moment ago is still being put away.
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
            after = Count();
        }

        Answer(answer, $"{after.Files - before.Files} {after.Threads - before.Threads} {after.Processes - before.Processes}");
    }

    [Fact(Explicit = true)]
    public async Task Closes_its_diagnostics_with_the_first_server()
    {
        var (answer, _) = Asked();
        await using var hosts = new Hosts();
        var sockets = Sockets();
        var before = sockets.Count(CanConnect);
        var server = Hosts.Server(SandboxKind.None, "environment");

        await using var conversation = await hosts.OpenAsync(server);
        await conversation.HearAsync();

        Answer(answer, $"{before} reachable before, {sockets.Count(CanConnect)} and {Directory.GetFiles(Path.GetTempPath(), $"clr-debug-pipe-{Environment.ProcessId}-*").Length} after");
    }

    private static string[] Sockets() => Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{Environment.ProcessId}-*");

    private static bool CanConnect(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task CycleAsync(IServerLink link, int cycles)
    {
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await using var conversation = await Conversation.OverAsync(await link.OpenAsync(Token));
            await conversation.HearAsync();
        }
    }

    /// <summary>What ended and waits for its parent counts as a process too. The runtime's own threads come and go, and its libraries come, as it likes.</summary>
    private static (int Files, int Threads, int Processes) Count() =>
    (
        Directory.GetFileSystemEntries("/proc/self/fd").Select(TargetOf).Count(target => !target.EndsWith(".dll", StringComparison.Ordinal)),
        Directory.GetDirectories("/proc/self/task").Count(thread => !NameOf(thread).StartsWith(".NET", StringComparison.Ordinal)),
        ProcessTable.Read().Descendants(Environment.ProcessId).Count);

    private static string TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (IOException)
        {
            // What the listing itself had open.
            return "";
        }
    }

    private static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm"));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return ".NET";
        }
    }

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
