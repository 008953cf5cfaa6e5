using System.Text.Json;

namespace McpGateway.Tests.RequestLog;

/// <summary>A folder for the logs of one gateway, read once the gateway has ended.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("mcp-gateway-logs-").FullName;

    public string Main => Path.Combine(_path, "mcp.log");

    public Dictionary<string, string?> Settings(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["MCP_LOG_FILE"] = Main };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    public List<JsonElement> Lines(string name) => File.Exists(Path.Combine(_path, name))
        ? [.. File.ReadAllLines(Path.Combine(_path, name)).Select(line => JsonDocument.Parse(line).RootElement)]
        : [];

    public List<JsonElement> Events(string name) => [.. Lines("mcp.log").Where(line => line.GetProperty("event").GetString() == name)];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
