using System.Diagnostics;
using StandIns.Tests.Orchestration;

namespace StandIns.Tests.Orchestration
{
    /// <summary>
    /// This test assembly in a process of its own that a test may kill. The runtime calls the startup hook below instead of
    /// the test runner's entry point.
    /// </summary>
    internal static class ReexecutedHost
    {
        public const string Scene = "STANDINS_SCENE";

        public static Process Start(string folder, string argument, string scene = nameof(HostScenes.Processes))
        {
            var assembly = typeof(ReexecutedHost).Assembly.Location;
            var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet", [assembly])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            };
            start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
            start.Environment[Scene] = $"{scene} {argument}";
            return Process.Start(start)!;
        }
    }
}

/// <summary>The name and shape the runtime asks for.</summary>
#pragma warning disable CA1050, MA0047 // the runtime looks for it outside any namespace
internal static class StartupHook
#pragma warning restore CA1050, MA0047
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ReexecutedHost.Scene) is { } scene)
        {
            Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
            Environment.SetEnvironmentVariable(ReexecutedHost.Scene, null);
            Environment.Exit(HostScenes.RunAsync(scene.Split(' ', 2)).GetAwaiter().GetResult());
        }
    }
}
