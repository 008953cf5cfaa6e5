using ServiceDefaults;
using ServiceDefaults.Settings;

namespace McpWorker.Servers;

/// <summary>The short form of an upstream server, as the AppHost writes it: <c>orders=http://localhost:5200/mcp</c>.</summary>
internal static class UpstreamSetting
{
    /// <exception cref="SettingsException">It is not of that form.</exception>
    public static UpstreamServerDefinition Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals].Trim();
        var isUrl = Uri.TryCreate(text[(equals + 1)..].Trim(), UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https";

        return !ServerNames.IsValid(name) ? throw Refused($"'{name}' is not a server's name", "Write name=url, the name 1 to 24 of a-z, 0-9 and '-'.")
            : !isUrl ? throw Refused($"the URL of '{name}' is not absolute, http or https", $"Write {name}=https://host/path.")
            : new UpstreamServerDefinition(name, endpoint!) { AllowPrivateAddress = true };
    }

    public static SettingsException Refused(string problem, string cure) =>
        new([new SettingError("MCP_UPSTREAM_SERVERS", problem, "upstream servers", cure)]);
}
