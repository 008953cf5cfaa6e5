using System.Text.Json.Nodes;

namespace McpWorker.Servers;

/// <summary>Version and capabilities in <c>_meta</c> are between each client and its server; trace context is ours; everything else is the caller's and passes.</summary>
internal static class CallMeta
{
    private const string Reserved = "io.modelcontextprotocol/";
    private const string ProgressToken = "progressToken";

    public static JsonObject Of(JsonObject? caller, JsonNode? progressToken)
    {
        var passed = new JsonObject();
        foreach (var (key, value) in caller ?? [])
        {
            if (key != ProgressToken && !key.StartsWith(Reserved, StringComparison.Ordinal))
            {
                passed[key] = value?.DeepClone();
            }
        }

        if (progressToken is not null)
        {
            passed[ProgressToken] = progressToken;
        }

        TraceMeta.Write(passed);
        return passed;
    }
}
