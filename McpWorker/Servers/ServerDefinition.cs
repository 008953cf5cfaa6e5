namespace McpWorker.Servers;

/// <summary>Another MCP server whose tools, prompts and resources this worker serves too, as an operator wrote it down under <c>servers:</c>.</summary>
/// <param name="Name">1 to 24 of <c>a-z 0-9 -</c>; tools are called <c>name__tool</c>.</param>
internal abstract record ServerDefinition(string Name)
{
    /// <summary>
    /// One call at a time on each instance. A server of the older protocol asks its client (elicitation, sampling, roots)
    /// without saying for which call; alone on its instance, a call is sure to be the one.
    /// </summary>
    public bool Exclusive { get; init; }

    /// <summary>Seconds a call may take; null: as MCP_MODULE_TIMEOUT says.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Largest message it may send, in bytes.</summary>
    public int MaxMessageBytes { get; init; } = 10 * 1024 * 1024;
}

/// <summary>A server that the worker starts itself and speaks to over standard input and output.</summary>
/// <param name="Command">Program to start, found on PATH or given as an absolute path; never read by a shell.</param>
internal sealed record HostedServerDefinition(string Name, string Command) : ServerDefinition(Name)
{
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The whole environment of the process besides PATH, HOME, LANG and TMPDIR. <c>${NAME}</c> stands for the worker's variable NAME or its NAME_FILE.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Working folder; null: an empty private one.</summary>
    public string? Cwd { get; init; }

    /// <summary>
    /// Folders a sandbox shows it, read-only, though they lie where it hides things: in a home folder, below /var, /tmp or /mnt.
    /// The command's own folder and what absolute paths among the arguments name are shown anyway.
    /// </summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Folders it may write to besides its private temporary one.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Processes in each worker, 1 to 16.</summary>
    public int Instances { get; init; } = 1;

    public SandboxKind Sandbox { get; init; } = SandboxKind.Auto;

    /// <summary>It may open network connections.</summary>
    public bool Network { get; init; }

    /// <summary>Memory in RAM of the process with its children, in MiB, above which it is ended. Files they map do not count.</summary>
    public int MemoryMiB { get; init; } = 512;

    /// <summary>Processes and threads it may have, its children's among them.</summary>
    public int MaxProcesses { get; init; } = 256;

    /// <summary>Files each of its processes may have open.</summary>
    public int MaxOpenFiles { get; init; } = 1024;

    /// <summary>Seconds from its start to its answer to the handshake.</summary>
    public int StartSeconds { get; init; } = 30;

    /// <summary>Seconds without a call after which it is stopped until the next one; 0: never.</summary>
    public int IdleSeconds { get; init; }
}

/// <summary>How a hosted server is kept from the worker and from other servers.</summary>
internal enum SandboxKind
{
    /// <summary><see cref="Bwrap"/> where it works, else <see cref="Uid"/> where the worker is root; where neither is possible, as <see cref="None"/>.</summary>
    Auto,

    /// <summary>Bubblewrap: own process, mount and network namespaces, private temporary folder, read-only root.</summary>
    Bwrap,

    /// <summary>A user id of its own.</summary>
    Uid,

    /// <summary>Nothing but the worker's own protection from processes of its user; refused in production unless allowed there.</summary>
    None,
}

/// <summary>A server at a URL.</summary>
internal sealed record UpstreamServerDefinition(string Name, Uri Endpoint) : ServerDefinition(Name)
{
    public UpstreamCredential Credential { get; init; } = new NoCredential();

    /// <summary>It may have a loopback or private address. Always true of servers the AppHost wired.</summary>
    public bool AllowPrivateAddress { get; init; }
}

/// <summary>What the worker shows an upstream server. Values are secrets: never logged.</summary>
internal abstract record UpstreamCredential;

internal sealed record NoCredential : UpstreamCredential;

internal sealed record BearerCredential(string Token) : UpstreamCredential;

internal sealed record HeaderCredential(string Header, string Value) : UpstreamCredential;

/// <summary>OAuth 2.1 client credentials: a token from <paramref name="TokenEndpoint"/>, renewed before it expires.</summary>
internal sealed record ClientCredentials(Uri TokenEndpoint, string ClientId, string ClientSecret, string? Scope) : UpstreamCredential;
