using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StandIns.Tests.Orchestration;

/// <summary>What a re-executed host does until it is ended.</summary>
internal static class HostScenes
{
    public static Task<int> RunAsync(string[] scene) => scene[0] switch
    {
        nameof(Processes) => Processes(new RunMark(scene[1])),
        nameof(Web) => Web(),
        nameof(AppHost) => AppHost(scene[1].Split(' ')),
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

    /// <summary>Answers its process id.</summary>
    internal static async Task<int> Web()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.MapGet("/", () => Environment.ProcessId);
        app.MapPost("/reload", () => Results.StatusCode(Environment.GetEnvironmentVariable("REFUSES") is null ? 200 : 409));
        await app.RunAsync($"http://localhost:{Environment.GetEnvironmentVariable("PORT")}");
        return 0;
    }

    /// <summary>An AppHost whose resources are the scripts <c>*.sh</c> of its parent folder; each waits for the one before.</summary>
    internal static async Task<int> AppHost(string[] args)
    {
        var folder = Environment.CurrentDirectory;
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, ProjectDirectory = Path.Combine(folder, "AppHost") });
        IResourceBuilder<ExecutableResource>? before = null;

        foreach (var script in Directory.GetFiles(folder, "*.sh").Order(StringComparer.Ordinal))
        {
            var resource = builder.AddExecutable(Path.GetFileNameWithoutExtension(script), script, folder);
            before = before is null ? resource : resource.WaitFor(before);
        }

        await builder.Build().RunAsync();
        return Environment.ExitCode;
    }
}
