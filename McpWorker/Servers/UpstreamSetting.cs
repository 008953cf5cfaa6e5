using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Servers;

namespace McpWorker.Servers;

/// <summary>
/// The short form of an upstream server, as the AppHost writes it: <c>orders=http://localhost:5200/mcp</c>, and behind a space
/// the variable that holds the bearer token it wants, if it wants one.
/// </summary>
internal static class UpstreamSetting
{
    /// <param name="variable">A variable of the worker, null when it is not set.</param>
    /// <exception cref="SettingsException">It is not of that form, or the variable is not set.</exception>
    public static UpstreamServerDefinition Parse(string text, Func<string, string?> variable)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals].Trim();
        var words = text[(equals + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isUrl = Uri.TryCreate(words.FirstOrDefault(), UriKind.Absolute, out var endpoint) && endpoint is { Scheme: "http" or "https", UserInfo: "" };

        return !ServerNames.IsValid(name) ? throw Refused($"'{name}' is not a server's name", "Write name=url, the name 1 to 24 of a-z, 0-9 and '-'.")
            : !isUrl || words.Length > 2 ? throw Refused($"the URL of '{name}' is not absolute, http or https", $"Write {name}=https://host/path, and behind a space the variable that holds its token.")
            : new UpstreamServerDefinition(name, endpoint!) { AllowPrivateAddress = true, Credential = words is [_, var token] ? Bearer(name, token, variable) : new NoCredential() };
    }

    public static SettingsException Refused(string problem, string cure) =>
        new([new SettingError("MCP_UPSTREAM_SERVERS", problem, "upstream servers", cure)]);

    private static BearerCredential Bearer(string name, string holder, Func<string, string?> variable)
    {
        var token = SecretReferences.Find(holder, variable, out var missing);
        return missing is null ? new BearerCredential(token) : throw Refused($"the entry of '{name}' {missing.Problem}", $"{missing.Cure} Or leave the variable out of the entry.");
    }
}
