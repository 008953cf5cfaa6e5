using System.Diagnostics;

namespace BackupService.Tests.Commands;

/// <summary>How a verb ended.</summary>
internal sealed record VerbResult(int ExitCode, string Output, string Errors);

/// <summary>The executable as an operator runs it: a process of its own, settings from its environment alone.</summary>
internal sealed class Verb : IDisposable
{
    private readonly Process _process;

    private Verb(Process process) => _process = process;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Verb Start(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "BackupService.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new Verb(Process.Start(start)!);
    }

    public static async Task<VerbResult> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        using var verb = Start(settings, arguments);
        return await verb.WaitAsync();
    }

    public async Task<VerbResult> WaitAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync(Token);
        var errors = _process.StandardError.ReadToEndAsync(Token);
        await _process.WaitForExitAsync(Token);
        return new VerbResult(_process.ExitCode, await output, await errors);
    }

    /// <summary>As a power loss or the kernel's memory killer would end it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Token);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
