using McpWorker.Tools;

namespace McpWorker.Upstreams;

/// <summary>Another MCP server whose tools this worker serves too.</summary>
internal sealed record UpstreamServer(string Name, Uri Endpoint)
{
    /// <summary>Reads <c>orders=http://localhost:5200/mcp</c>.</summary>
    /// <exception cref="InvalidOperationException">It is not of that form.</exception>
    public static UpstreamServer Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals].Trim();
        var isUrl = Uri.TryCreate(text[(equals + 1)..].Trim(), UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https";

        return !ToolNames.IsServerName(name) ? throw new InvalidOperationException(
                $"MCP_UPSTREAM_SERVERS: '{text}' must be name=url, the name 1 to 24 of a-z, 0-9 and '-'.")
            : !isUrl ? throw new InvalidOperationException($"MCP_UPSTREAM_SERVERS: the URL of '{name}' must be absolute, http or https.")
            : new UpstreamServer(name, endpoint!);
    }
}
