using McpWorker.Hosting.Processes;
using McpWorker.Servers;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>One way to keep a hosted server from everything else.</summary>
internal interface ISandbox
{
    SandboxKind Kind { get; }

    /// <summary>Why it cannot be had on this machine, and what would help; null when it can.</summary>
    Task<string?> ObstacleAsync();

    /// <exception cref="ServerUnavailableException">The server asks for something this kind cannot give here.</exception>
    Task<SandboxedStart> PrepareAsync(HostedServerDefinition server, int instance, string command);
}

/// <summary>All that is needed to start a command in a sandbox, and to be rid of it afterwards.</summary>
/// <param name="Line">Program and arguments, the command's among them.</param>
/// <param name="Home">Where the server finds its private home folder.</param>
/// <param name="Temp">Where it finds its private temporary one.</param>
/// <param name="Folder">The folder to start <paramref name="Line"/> in.</param>
internal abstract record SandboxedStart(IReadOnlyList<string> Line, string Home, string Temp, string Folder)
{
    /// <summary>Variables the sandbox needs besides those of the server.</summary>
    public IReadOnlyDictionary<string, string> Marks { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public abstract HostedTree Tree(int root);

    /// <summary>How it is found when the worker cannot end it any more; null: the kernel ends it.</summary>
    public virtual WatchedBy? Watched(int root) => null;

    /// <summary>Gives back what the start took, after the last process is gone.</summary>
    public virtual void Clear()
    {
    }
}
