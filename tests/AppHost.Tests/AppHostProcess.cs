using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace AppHost.Tests;

/// <summary>The AppHost as a user starts it: a process of its own, with a local state of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private static readonly string[] Parameters =
    [
        "jwt-secret", "api-key-salt", "internal-secret", "mcp-app-password", "mcp-backup-password", "backup-passphrase",
        "postgres-password", "redis-password",
    ];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly SemaphoreSlim _arrived = new(0);

    private AppHostProcess(Process process) => _process = process;

    public static string RepositoryRoot { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Output => string.Join('\n', _lines);

    /// <summary>Arguments that give a run its own state folder, random ports and parameters; nothing of the user's is touched.</summary>
    public static string[] Isolated(string state, string seed = "") =>
    [
        $"--LocalState={state}",
        "--DcpPublisher:RandomizePorts=true",
        "--MCP_WORKERS=1",
        .. Parameters.Select(name => $"--Parameters:{name}={Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(state + seed + name)))}"),
    ];

    public static AppHostProcess Start(string[] arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AppHost.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(RepositoryRoot, "AppHost"),
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        // Every process of the run inherits it, so what is left of a run can be told from everybody else's processes.
        start.Environment["APPHOST_TEST_RUN"] = string.Join(' ', arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var host = new AppHostProcess(process);
        process.OutputDataReceived += host.Receive;
        process.ErrorDataReceived += host.Receive;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return host;
    }

    public async Task WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            while (!_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                await _arrived.WaitAsync(limit.Token);
                Assert.False(_process.HasExited && !Output.Contains(text, StringComparison.Ordinal), $"The AppHost ended without '{text}':\n{Output}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"'{text}' did not appear within two minutes:\n{Output}");
        }
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Signal(int signal) => Assert.Equal(0, Native.Kill(_process.Id, signal));

    /// <summary>Processes whose command line or environment names this state folder: everything the run started.</summary>
    public static IReadOnlyList<string> ProcessesOf(string state) => Directory.GetDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId)
        .Where(folder => ReadAll(folder, "environ").Contains(state, StringComparison.Ordinal) || ReadAll(folder, "cmdline").Contains(state, StringComparison.Ordinal))
        .Select(folder => $"{Path.GetFileName(folder)} {ReadAll(folder, "cmdline").Replace('\0', ' ')}")
        .ToList();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(Native.Terminate);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _arrived.Dispose();
    }

    private static string ReadAll(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private void Receive(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _lines.Enqueue(line.Data);
        }

        _arrived.Release();
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
