using System.Text.Json;

namespace Aspire.Hosting.Orchestration;

/// <summary>Who holds a state folder.</summary>
internal sealed record StateHolder(int ProcessId, DateTimeOffset StartedAt, string Run, string AppHost);

/// <summary>
/// The folder of one running AppHost. The lock is the kernel's, so it ends with the process, however that ends; the file
/// beside it stays after a crash and tells the next start which run to clean up after.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream held, StateHolder? previous)
    {
        FullPath = path;
        _lock = held;
        Previous = previous;
    }

    public string FullPath { get; }

    /// <summary>The run that did not end in order, or null.</summary>
    public StateHolder? Previous { get; }

    /// <exception cref="DistributedApplicationException">Another AppHost holds the folder, or it cannot be written.</exception>
    public static StateFolder Acquire(string path, StateHolder holder)
    {
        var holderFile = HolderFile(path);
        FileStream? held = null;

        try
        {
            Directory.CreateDirectory(path);
            held = new FileStream(Path.Combine(path, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var previous = Read(holderFile);
            File.WriteAllText(holderFile, JsonSerializer.Serialize(holder));
            return new StateFolder(path, held, previous);
        }
        catch (UnauthorizedAccessException exception)
        {
            held?.Dispose();
            throw Unwritable(path, exception);
        }
        catch (IOException exception) when (held is null && Read(holderFile) is { } other)
        {
            throw new DistributedApplicationException(
                $"Another AppHost already runs on the state folder {path}: process {other.ProcessId} ({other.AppHost}), " +
                $"since {other.StartedAt:u}. Stop it first (Ctrl+C in its terminal, or `kill {other.ProcessId}`), or give this " +
                "one its own folder with --LocalState=<folder>.",
                exception);
        }
        catch (IOException exception)
        {
            held?.Dispose();
            throw Unwritable(path, exception);
        }
    }

    /// <summary>Ends the hold in order: there is nothing to clean up after this run.</summary>
    public void Release()
    {
        File.Delete(HolderFile(FullPath));
        _lock.Dispose();
    }

    public void Dispose() => _lock.Dispose();

    private static DistributedApplicationException Unwritable(string path, Exception exception) => new(
        $"The state folder {path} cannot be written: {exception.Message} " +
        "Make it writable for this user, or choose another with --LocalState=<folder>.",
        exception);

    private static string HolderFile(string path) => Path.Combine(path, "apphost.run");

    private static StateHolder? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<StateHolder>(File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // Absent after an orderly end; cut short, or of another version.
            return null;
        }
    }
}
