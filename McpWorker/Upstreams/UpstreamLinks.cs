using McpWorker.Servers;
using McpWorker.Upstreams.Http;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Upstreams;

/// <summary>The way to servers at a URL.</summary>
internal sealed class UpstreamLinks(IOptionsMonitor<UpstreamApiOptions> options, TimeProvider clock, ILoggerFactory loggers) : IServerLinks
{
    public IServerLink? TryCreate(ServerDefinition definition, int instance) =>
        definition is UpstreamServerDefinition upstream ? new UpstreamLink(upstream, options, clock, loggers) : null;
}
