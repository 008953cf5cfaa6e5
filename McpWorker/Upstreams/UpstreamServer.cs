using ServiceDefaults;
using ServiceDefaults.Settings;

namespace McpWorker.Upstreams;

/// <summary>Another MCP server whose tools this worker serves too.</summary>
internal sealed record UpstreamServer(string Name, Uri Endpoint)
{
    /// <summary>Reads <c>orders=http://localhost:5200/mcp</c>.</summary>
    /// <exception cref="SettingsException">It is not of that form.</exception>
    public static UpstreamServer Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals].Trim();
        var isUrl = Uri.TryCreate(text[(equals + 1)..].Trim(), UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https";

        return !ServerNames.IsValid(name) ? throw Refused($"'{name}' is not a server's name", "Write name=url, the name 1 to 24 of a-z, 0-9 and '-'.")
            : !isUrl ? throw Refused($"the URL of '{name}' is not absolute, http or https", $"Write {name}=https://host/path.")
            : new UpstreamServer(name, endpoint!);
    }

    public static SettingsException Refused(string problem, string cure) =>
        new([new SettingError("MCP_UPSTREAM_SERVERS", problem, "upstream servers", cure)]);
}
