using McpWorker.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Servers;

/// <summary>A resource of another server under its own URI.</summary>
internal sealed class BridgedResource(BridgedServer server, ServerCalls calls, Resource original) : McpServerResource
{
    public override ResourceTemplate ProtocolResourceTemplate { get; } = new()
    {
        UriTemplate = original.Uri,
        Name = original.Name,
        Title = original.Title,
        Description = original.Description,
        MimeType = original.MimeType,
        Annotations = original.Annotations,
        Icons = original.Icons,
        Meta = original.Meta,
    };

    public override Resource? ProtocolResource => original;

    public override IReadOnlyList<object> Metadata { get; } = [BridgedTemplate.AddressOf(server, original.Name)];

    public override bool IsMatch(string uri) => string.Equals(uri, original.Uri, StringComparison.Ordinal);

    public override async ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken = default) =>
        await calls.RunAsync<ReadResourceRequestParams, ReadResourceResult>(server, request, _ => { }, mayRepeat: true, cancellationToken);
}

/// <summary>A resource template of another server; the SDK's own resource knows which URIs it means.</summary>
internal sealed class BridgedTemplate(BridgedServer server, ServerCalls calls, ResourceTemplate original) : DelegatingMcpServerResource(Matching(original))
{
    public override ResourceTemplate ProtocolResourceTemplate => original;

    public override Resource? ProtocolResource => null;

    public override IReadOnlyList<object> Metadata { get; } = [AddressOf(server, original.Name)];

    public override async ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken = default) =>
        await calls.RunAsync<ReadResourceRequestParams, ReadResourceResult>(server, request, _ => { }, mayRepeat: true, cancellationToken);

    public static ToolAddress AddressOf(BridgedServer server, string name) => new(server.Name, name, name, "");

    private static McpServerResource Matching(ResourceTemplate template) =>
        Create(static () => "", new McpServerResourceCreateOptions { UriTemplate = template.UriTemplate, Name = template.Name });
}
