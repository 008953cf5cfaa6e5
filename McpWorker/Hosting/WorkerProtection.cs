using System.ComponentModel;
using System.Globalization;
using McpWorker.Hosting.Processes;

namespace McpWorker.Hosting;

/// <summary>
/// Closes the doors into the worker that are open to every process of the same user: its memory and environment under /proc, its
/// debugger's pipes and its diagnostics socket, over which the runtime hands out the environment and runs what it is told to.
/// </summary>
internal sealed partial class WorkerProtection(ILogger<WorkerProtection> logger)
{
    private readonly Lock _gate = new();
    private bool _isOn;

    /// <summary>Before the first hosted server starts; it stays until the worker ends.</summary>
    public void Apply()
    {
        lock (_gate)
        {
            if (_isOn || !OperatingSystem.IsLinux())
            {
                return;
            }

            CloseDiagnostics();
            KeepInheritedFiles();
            try
            {
                Kernel.HideFromPeers();
                Kernel.AdoptOrphans();
            }
            catch (Win32Exception exception)
            {
                LogNotProtected(exception);
            }

            _isOn = true;
        }
    }

    /// <summary>
    /// DOTNET_EnableDiagnostics counts only at the start of a process. What is there afterwards is reached by its path alone, and
    /// nobody makes the path again.
    /// </summary>
    private void CloseDiagnostics()
    {
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (var pattern in (string[])[$"dotnet-diagnostic-{process}-*-socket", $"clr-debug-pipe-{process}-*"])
        {
            foreach (var path in Directory.GetFiles(Path.GetTempPath(), pattern))
            {
                File.Delete(path);
            }
        }

        LogProtected();
    }

    /// <summary>.NET opens nothing that its children would get; whoever started the worker may have left it something open, and that they would.</summary>
    private static void KeepInheritedFiles()
    {
        const int standardError = 2;
        foreach (var path in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var descriptor) && descriptor > standardError)
            {
                Kernel.KeepFromChildren(descriptor);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Hosted servers are about to start: this process can no longer be traced, dumped or reached by dotnet's diagnostic tools", EventName = "worker_protected")]
    private partial void LogProtected();

    [LoggerMessage(LogLevel.Error, "The kernel does not let this process hide its memory: a hosted server of the same user may read it. Run such servers with bubblewrap", EventName = "worker_not_protected")]
    private partial void LogNotProtected(Exception exception);
}
