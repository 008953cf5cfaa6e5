using McpWorker.InternalAccess;
using McpWorker.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults;
using ServiceDefaults.Settings;

namespace McpWorker.Docs;

/// <summary>Always there: it depends on nothing, and whoever may not read it does not see it (<c>tool:docs/resources:list</c> and <c>:call</c>).</summary>
internal sealed class DocsServer(ToolCatalog catalog) : IHostedService
{
    public const string Name = "docs";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Publish(Name, new Offer
        {
            Resources =
            [
                Resource("docs://settings", "settings", "Settings: names, defaults, bounds, and when a change counts.", "text/markdown", _ => SettingsReference.Page),
                Resource("docs://settings/schema", "settings-schema", "JSON Schema of the settings.", "application/schema+json", _ => SettingsReference.Schema),
                Resource("docs://tools", "tools", "Reference of the tools you may use here.", "text/markdown", ToolsFor),
            ],
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ToolsFor(RequestContext<ReadResourceRequestParams> request)
    {
        var granted = CallerIdentity.Of(request.User).Call.Caller.Permissions;
        var tools = LivePage.Of(request.Server).Now.Tools.Items.Where(tool => Visibility.Of(granted, tool));
        return ToolReference.Render(tools.Select(tool => tool.ProtocolTool));
    }

    private static McpServerResource Resource(
        string uri, string name, string description, string mediaType, Func<RequestContext<ReadResourceRequestParams>, string> text) =>
        McpServerResource.Create(
            (RequestContext<ReadResourceRequestParams> request) => new TextResourceContents { Uri = uri, MimeType = mediaType, Text = text(request) },
            new McpServerResourceCreateOptions
            {
                UriTemplate = uri,
                Name = name,
                Description = description,
                MimeType = mediaType,
                Metadata = [new ToolAddress(Name, name, name, ProductVersion.Current)],
            });
}
