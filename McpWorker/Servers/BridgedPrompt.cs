using McpWorker.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Servers;

/// <summary>A prompt of another server under a name of ours.</summary>
internal sealed class BridgedPrompt(BridgedServer server, ServerCalls calls, Prompt original, ToolAddress address, string name) : McpServerPrompt
{
    public override Prompt ProtocolPrompt { get; } = Renamed(original, name);

    public override IReadOnlyList<object> Metadata { get; } = [address];

    public override async ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken = default) =>
        await calls.RunAsync<GetPromptRequestParams, GetPromptResult>(
            server, request, parameters => parameters["name"] = original.Name, mayRepeat: true, cancellationToken);

    private static Prompt Renamed(Prompt original, string name)
    {
        var copy = ServerEntry.CopyOf(original);
        copy.Name = name;
        copy.Title ??= original.Name;
        return copy;
    }
}
