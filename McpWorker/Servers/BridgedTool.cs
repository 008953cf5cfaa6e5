using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Servers;

/// <summary>A tool of another server under a name of ours.</summary>
internal sealed class BridgedTool(BridgedServer server, ServerCalls calls, Tool original, ToolAddress address, string name, bool isTask) : McpServerTool
{
    /// <summary>The server's word for it, which only it can break: done twice, the tool does no more than once.</summary>
    private readonly bool _mayRepeat = original.Annotations is { ReadOnlyHint: true } or { IdempotentHint: true };

    public override Tool ProtocolTool { get; } = Renamed(original, name);

    public override IReadOnlyList<object> Metadata { get; } = [address];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        var span = calls.Spans.StartOutgoing();
        CallToolResult? result = null;
        try
        {
            return result = await calls.RunAsync<CallToolRequestParams, CallToolResult>(
                server, request, Rename, _mayRepeat, cancellationToken);
        }
        catch (Exception exception) when (ToolSpans.Note(span, exception))
        {
            throw;
        }
        finally
        {
            ToolSpans.EndOutgoing(span, original.Name, server.Name, server.Protocol, result);
        }
    }

    private void Rename(JsonObject parameters)
    {
        parameters["name"] = original.Name;
        if (isTask)
        {
            parameters[ServerTask.Member] = ServerTask.Wanted();
        }
    }

    private static Tool Renamed(Tool original, string name)
    {
        var copy = JsonSerializer.SerializeToNode(original, McpJsonUtilities.DefaultOptions)!.Deserialize<Tool>(McpJsonUtilities.DefaultOptions)!;
        copy.Name = name;
        copy.Title ??= original.Annotations?.Title ?? original.Name;
        return copy;
    }
}
