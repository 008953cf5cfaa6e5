using System.Diagnostics;
using System.Globalization;

namespace McpWorker.Hosting.Processes;

/// <summary>
/// Outlives a worker that was killed, for as long as it takes to end the hosted servers no namespace ends: a shell that reads
/// from the worker whom to look for, and looks when nothing more can come.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// "+ user 60600 -", "+ session 4711 mark", and the same with a minus. Passes go on until one finds nobody. The brackets and
    /// spaces of /proc/*/stat: what follows the last bracket is "S parent group session …".
    /// </summary>
    private const string Script = """
        exec > /dev/null 2>&1
        wanted=' '
        while read -r sign kind id mark; do
          entry="$kind:$id:$mark"
          case $sign in
            +) wanted="$wanted$entry " ;;
            -) case $wanted in *" $entry "*) wanted="${wanted%% $entry *} ${wanted#* $entry }" ;; esac ;;
          esac
        done
        [ "$wanted" = ' ' ] && exit 0
        is_wanted() {
          user=- session=-
          while read -r key real rest; do [ "$key" = Uid: ] && user=$real && break; done < "$1/status"
          stat=
          while read -r line; do stat="$stat $line"; done < "$1/stat"
          set -- "$1" ${stat##*)}
          session=$5
          [ "$2" = Z ] && return 1
          for entry in $wanted; do
            kind=${entry%%:*} id=${entry#*:} mark=${entry##*:}
            id=${id%%:*}
            case $kind in
              user) [ "$user" = "$id" ] && return 0 ;;
              session) [ "$session" = "$id" ] && return 0
                grep -qz "^MCP_HOSTED_INSTANCE=$mark\$" "$1/environ" && return 0 ;;
            esac
          done
          return 1
        }
        pass=0
        while [ $pass -lt 200 ]; do
          pass=$((pass + 1)) found=
          for folder in /proc/[0-9]*; do
            [ "$folder" = "/proc/$$" ] && continue
            if is_wanted "$folder"; then found=1; kill -9 "${folder#/proc/}"; fi
          done
          [ -z "$found" ] && exit 0
        done
        """;

    private readonly SemaphoreSlim _oneWord = new(1, 1);
    private Process? _process;

    public Task WatchAsync(WatchedBy watched) => SayAsync('+', watched);

    public Task ForgetAsync(WatchedBy watched) => SayAsync('-', watched);

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Orphans.Forget(process.Id);
            process.Dispose();
        }

        _oneWord.Dispose();
    }

    /// <summary>It ends by itself a moment later.</summary>
    public void Dispose()
    {
        _process?.StandardInput.Close();
        _process?.Dispose();
        _oneWord.Dispose();
    }

    private async Task SayAsync(char sign, WatchedBy watched)
    {
        await _oneWord.WaitAsync();
        try
        {
            _process ??= await StartAsync();
            await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{sign} {watched.Kind} {watched.Id} {watched.Mark}"));
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // Somebody ended it. The next one knows of those that start from now on.
            Orphans.Forget(_process!.Id);
            _process.Dispose();
            _process = null;
        }
        finally
        {
            _oneWord.Release();
        }
    }

    private static Task<Process> StartAsync()
    {
        // A session of its own: what ends the worker's process group must not end it too.
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script]) { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        return ProcessStarter.StartAsync(start);
    }
}

/// <summary>How the watchdog knows the processes of an instance.</summary>
internal sealed record WatchedBy(string Kind, int Id, string Mark)
{
    public static WatchedBy User(int id) => new("user", id, "-");

    public static WatchedBy Session(int id, string mark) => new("session", id, mark);
}
