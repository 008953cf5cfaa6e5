using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

/// <summary>What a re-executed host does until it is killed.</summary>
internal static class HostScenes
{
    public static Task<int> RunAsync(string[] scene) => scene[0] switch
    {
        nameof(Processes) => Processes(new RunMark(scene[1])),
        _ => Task.FromResult(99),
    };

    /// <summary>One child that ignores SIGTERM, one whose child starts a session of its own.</summary>
    internal static async Task<int> Processes(RunMark run)
    {
        var folder = Environment.CurrentDirectory;
        var watchdog = Watchdog.Start(run);
        await File.WriteAllTextAsync(Path.Combine(folder, "watchdog"), $"{watchdog.ProcessId}");
        var path = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };
        Start("trap '' TERM; echo $$ > new; mv new stubborn; while :; do sleep 1; done");
        Start("setsid sh -c 'echo $$ > new2; mv new2 strayed; sleep 300' & wait");

        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;

        void Start(string script) =>
            ChildProcess.Start(new ProcessSpec("/bin/sh", ["-c", script], folder, path), run, watchdog, (_, _) => { });
    }
}
