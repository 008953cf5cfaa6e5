using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Upstreams;

/// <summary>A tool of an upstream server under a name of ours. Arguments and results pass unchanged, in whichever protocol version either side speaks.</summary>
internal sealed class UpstreamTool : McpServerTool
{
    private const string ReservedMeta = "io.modelcontextprotocol/";
    private const string ProgressToken = "progressToken";

    private readonly UpstreamConnection _upstream;
    private readonly string _upstreamName;

    private UpstreamTool(UpstreamConnection upstream, Tool original, ToolAddress address, string name)
    {
        _upstream = upstream;
        _upstreamName = original.Name;
        ProtocolTool = Renamed(original, name);
        Metadata = [address];
    }

    public override Tool ProtocolTool { get; }

    public override IReadOnlyList<object> Metadata { get; }

    /// <summary>Names that clean up to the same one get hash digits, all but the first in order.</summary>
    public static Offer Offer(UpstreamConnection upstream, IReadOnlyList<Tool> tools)
    {
        var offered = new List<Named<McpServerTool>>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in tools.OrderBy(tool => tool.Name, StringComparer.Ordinal))
        {
            var name = ToolNames.Fit(tool.Name);
            name = taken.Add(name) ? name : ToolNames.WithHash(name, tool.Name);
            var address = new ToolAddress(upstream.Name, name, ToolNames.OfServer(upstream.Name, name), "");
            offered.Add(new(new UpstreamTool(upstream, tool, address, name), new UpstreamTool(upstream, tool, address, address.FederatedName)));
        }

        return new Offer { Tools = offered };
    }

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        var client = _upstream.Client;
        var progress = request.Params.ProgressToken;
        var token = new ProgressToken(Guid.NewGuid().ToString("N"));
        await using var relay = progress is null ? null : client.RegisterNotificationHandler(
            NotificationMethods.ProgressNotification,
            (notification, cancelled) => RelayAsync(request.Server, notification, token, progress.Value, cancelled));

        var span = _upstream.Spans.StartOutgoing();
        CallToolResult? result = null;
        try
        {
            var parameters = new CallToolRequestParams
            {
                Name = _upstreamName,
                Arguments = request.Params.Arguments,
                Meta = MetaFor(request.Params.Meta, progress is null ? null : token),
            };
            return result = await client.CallToolAsync(parameters, cancellationToken);
        }
        catch (Exception exception) when (ToolSpans.Note(span, exception))
        {
            throw;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw _upstream.Away();
        }
        finally
        {
            ToolSpans.EndOutgoing(span, _upstreamName, _upstream.Name, client.NegotiatedProtocolVersion, result);
        }
    }

    /// <summary>Version and capabilities in <c>_meta</c> are between each client and its server; trace context is ours; everything else is the caller's and passes.</summary>
    private static JsonObject? MetaFor(JsonObject? meta, ProgressToken? token)
    {
        var passed = new JsonObject();
        foreach (var (key, value) in meta ?? [])
        {
            if (key != ProgressToken && !key.StartsWith(ReservedMeta, StringComparison.Ordinal))
            {
                passed[key] = value?.DeepClone();
            }
        }

        if (token is not null)
        {
            passed[ProgressToken] = token.Value.ToString();
        }

        TraceMeta.Write(passed);
        return passed.Count > 0 ? passed : null;
    }

    private static async ValueTask RelayAsync(
        McpServer caller, JsonRpcNotification notification, ProgressToken mine, ProgressToken theirs, CancellationToken cancellationToken)
    {
        if (notification.Params.Deserialize<ProgressNotificationParams>(McpJsonUtilities.DefaultOptions) is { } news && news.ProgressToken.Equals(mine))
        {
            await caller.NotifyProgressAsync(theirs, news.Progress, cancellationToken: cancellationToken);
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
