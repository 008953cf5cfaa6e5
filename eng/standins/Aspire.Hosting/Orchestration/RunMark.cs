using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// A random word in the environment of everything one run starts. It finds what left its process group (database
/// back ends, sandboxed servers) and what an earlier run left behind, without mistaking a reused process id for ours.
/// </summary>
internal sealed record RunMark(string Value)
{
    public const string Variable = "ASPIRE_LOCAL_RUN";

    public static RunMark Create() => new(Guid.NewGuid().ToString("N"));

    /// <summary>Processes of this run that are still there, as far as this user may see them.</summary>
    public IReadOnlyList<int> FindProcesses()
    {
        if (OperatingSystem.IsLinux())
        {
            return [.. Directory.EnumerateDirectories("/proc").Where(CarriesMark).Select(folder => int.Parse(Path.GetFileName(folder)))];
        }

        return OperatingSystem.IsMacOS() ? FindByPs() : [];
    }

    /// <summary>SIGTERM, one second, SIGKILL; returns how many there were.</summary>
    [UnsupportedOSPlatform("windows")]
    public async Task<int> EndProcessesAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = FindProcesses();

        foreach (var id in found)
        {
            UnixSignal.Send(id, UnixSignal.Terminate);
        }

        for (var waited = 0; waited < 10 && FindProcesses().Count > 0; waited++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }

        foreach (var id in FindProcesses())
        {
            UnixSignal.Send(id, UnixSignal.Kill);
        }

        return found.Count;
    }

    private bool CarriesMark(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), out _))
        {
            return false;
        }

        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{Variable}={Value}")) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private List<int> FindByPs()
    {
        using var ps = Process.Start(new ProcessStartInfo("/bin/ps", ["-Aww", "-E", "-o", "pid=,command="])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var lines = ps.StandardOutput.ReadToEnd().Split('\n');
        return [.. lines
            .Where(line => line.Contains($"{Variable}={Value}", StringComparison.Ordinal))
            .Select(line => int.Parse(line.TrimStart().Split(' ', 2)[0]))
            .Where(id => id != ps.Id)];
    }
}
