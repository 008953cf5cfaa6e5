using System.Text.Json.Nodes;
using McpWorker.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Servers;

/// <summary>A tool of another server under a name of ours.</summary>
internal sealed class BridgedTool(BridgedServer server, ServerCalls calls, Tool original, ToolAddress address, string name, bool isTask) : McpServerTool
{
    private readonly bool _mayRepeat = ServerEntry.MayRepeat(original);

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
        var copy = ServerEntry.CopyOf(original);
        copy.Name = name;
        copy.Title ??= original.Annotations?.Title ?? original.Name;
        return copy;
    }
}
