using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// A shell script that outlives us by at most two seconds. It reads process groups from a pipe whose only writer is this
/// process; when that ends, even by <c>kill -9</c>, it ends the groups and every process that carries the run's mark.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    // No "--" after kill: dash does not know it there. The first line of input is the mark as it stands in an environment;
    // the script itself carries it nowhere.
    private const string Script = """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        read -r mark
        groups=' '
        while read -r change group; do
          case $change in
            +) groups="$groups$group " ;;
            -) case $groups in *" $group "*) groups="${groups%% "$group" *} ${groups#* "$group" }" ;; esac ;;
          esac
        done
        remaining() {
          for group in $groups; do kill -0 "-$group" && echo "-$group"; done
          if [ -d /proc/self ]; then
            grep -lasF -- "$mark" /proc/[0-9]*/environ | sed 's|^/proc/||; s|/environ$||'
          else
            ps -Aww -E -o pid=,command= | grep -F -- "$mark" | grep -v grep | awk '{ print $1 }'
          fi
        }
        signal() { for target in $(remaining); do kill "-$1" "$target"; done; }
        signal TERM
        tries=0
        while [ -n "$(remaining)" ] && [ $tries -lt 10 ]; do sleep 0.1; tries=$((tries + 1)); done
        signal KILL
        """;

    private readonly Process? _script;
    private readonly Lock _gate = new();

    private Watchdog(Process? script) => _script = script;

    /// <summary>Starts the script; where there is no POSIX shell (Windows) nothing watches.</summary>
    public static Watchdog Start(RunMark mark)
    {
        if (OperatingSystem.IsWindows() || !File.Exists("/bin/sh"))
        {
            return new Watchdog(null);
        }

        var (file, leading) = OwnSession.Wrap("/bin/sh");
        var start = new ProcessStartInfo(file, [.. leading, "-c", Script, "watchdog"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        start.Environment.Remove(RunMark.Variable);

        var watchdog = new Watchdog(Process.Start(start)!);
        watchdog.Tell($"{RunMark.Variable}={mark.Value}\n");
        return watchdog;
    }

    public int? ProcessId => _script?.Id;

    public void Add(int groupId) => Tell($"+ {groupId}\n");

    public void Remove(int groupId) => Tell($"- {groupId}\n");

    /// <summary>Ends whatever is left of the run, and the script with it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_script is null)
        {
            return;
        }

        lock (_gate)
        {
            _script.StandardInput.Close();
        }

        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private void Tell(string line)
    {
        if (_script is null)
        {
            return;
        }

        try
        {
            lock (_gate)
            {
                _script.StandardInput.Write(line);
                _script.StandardInput.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Somebody killed the script; then the groups end with an orderly stop only, as on Windows.
        }
    }
}
