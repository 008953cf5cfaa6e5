using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>A built service as a process, and the CPU time it has had.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100; // USER_HZ of /proc, the same on every Linux

    private readonly Process _process;
    private readonly Task _reading;

    private ServiceProcess(Process process)
    {
        _process = process;
        AppDomain.CurrentDomain.ProcessExit += Kill;
        // Written through a pipe as to a log shipper; who reads it pays for that itself.
        _reading = Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), process.StandardError.BaseStream.CopyToAsync(Stream.Null));
    }

    /// <summary>utime and stime of all its threads.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            // The name before it is in parentheses and may hold anything.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds(
                (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    /// <param name="service">Name of its project.</param>
    public static ServiceProcess Start(string service, Dictionary<string, string> settings, params string[] arguments)
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", service, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), $"{service}.dll"));
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var inherited in start.Environment.Keys.Where(IsTheirs).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return new ServiceProcess(Process.Start(start)!);
    }

    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Kill(this, EventArgs.Empty);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    /// <summary>What is set on this machine must not make two runs differ.</summary>
    private static bool IsTheirs(string key) =>
        key.StartsWith("MCP_", StringComparison.Ordinal) || key.StartsWith("OTEL_", StringComparison.Ordinal) || key.StartsWith("ASPNETCORE_", StringComparison.Ordinal);

    private void Kill(object? sender, EventArgs arguments)
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }
}
