using System.Collections.Concurrent;
using System.IO.Pipelines;
using McpWorker.Servers;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Servers;

/// <summary>Servers of others at the end of a pipe in this process: as over standard input and output, and as mortal as a test wants them.</summary>
internal sealed class PipedServers(Action<McpServerOptions, int> describe) : IServerLinks
{
    private readonly ConcurrentQueue<Piped> _opened = new();

    /// <summary>Each start, in order.</summary>
    public IReadOnlyList<Piped> Opened => [.. _opened];

    /// <summary>Opens nothing any more.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Opens, and never answers.</summary>
    public bool IsMute { get; set; }

    public static string Definition(string name, string more = "") => $$"""{ "{{name}}": { "command": "piped"{{more}} } }""";

    public IServerLink? TryCreate(ServerDefinition definition, int instance) =>
        definition is HostedServerDefinition { Command: "piped" } ? new Link(this) : null;

    private Piped Open()
    {
        if (IsBroken)
        {
            throw new ServerUnavailableException("It is broken. Mend it.");
        }

        var options = new McpServerOptions { ServerInfo = new Implementation { Name = "piped", Version = "1" } };
        describe(options, _opened.Count + 1);
        var piped = new Piped(options, IsMute);
        _opened.Enqueue(piped);
        return piped;
    }

    private sealed class Link(PipedServers servers) : IServerLink
    {
        public ValueTask<ServerChannel> OpenAsync(CancellationToken cancellationToken) => new(servers.Open());
    }

    /// <summary>One start of the server.</summary>
    internal sealed class Piped : ServerChannel
    {
        private readonly Pipes _pipes;
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _ends = new();
        private readonly Task _running = Task.CompletedTask;

        public Piped(McpServerOptions options, bool isMute)
            : this(options, isMute, new Pipes())
        {
        }

        private Piped(McpServerOptions options, bool isMute, Pipes pipes)
            : base(new StreamClientTransport(pipes.ToServer.Writer.AsStream(), pipes.ToClient.Reader.AsStream()))
        {
            _pipes = pipes;
            if (!isMute)
            {
                Server = McpServer.Create(new StreamServerTransport(pipes.ToServer.Reader.AsStream(), pipes.ToClient.Writer.AsStream()), options);
                _running = Server.RunAsync(_ends.Token);
            }
        }

        public McpServer Server { get; } = null!;

        public override Task<string> Ended => _ended.Task;

        /// <summary>As a process that is killed: nothing more comes, and nothing is read.</summary>
        public void Die()
        {
            _pipes.ToClient.Writer.Complete();
            _pipes.ToServer.Reader.Complete();
            _ended.TrySetResult("it was killed");
            _ends.Cancel();
        }

        public Task PrintAsync(string text) => _pipes.ToClient.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text)).AsTask();

        public override async ValueTask DisposeAsync()
        {
            _ended.TrySetResult("it was stopped");
            await _ends.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Pipes
    {
        public Pipe ToServer { get; } = new();

        public Pipe ToClient { get; } = new();
    }
}
