using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>What a server lists, entry by entry: one that cannot be read is left out and spoils no other.</summary>
internal sealed record ServerLists(
    IReadOnlyList<Tool> Tools, IReadOnlyList<Prompt> Prompts, IReadOnlyList<Resource> Resources, IReadOnlyList<ResourceTemplate> Templates,
    bool Completes, IReadOnlySet<string> TaskTools, IReadOnlyList<string> LeftOut, string Fingerprint)
{
    private const int MaxPages = 100;
    private const int MaxEntries = 5_000;
    private const int MaxEntryLength = 256 * 1024;
    private const int MaxNameLength = 1024;

    public static async Task<ServerLists> ReadAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        var offers = connection.Client.ServerCapabilities;
        var leftOut = new List<string>();
        var seen = new List<string>();
        var taskTools = new HashSet<string>(StringComparer.Ordinal);

        var tools = offers.Tools is null ? [] : await ReadAsync<Tool>(RequestMethods.ToolsList, "tools", tool => tool.Name);
        var prompts = offers.Prompts is null ? [] : await ReadAsync<Prompt>(RequestMethods.PromptsList, "prompts", prompt => prompt.Name);
        var resources = offers.Resources is null ? [] : await ReadAsync<Resource>(RequestMethods.ResourcesList, "resources", resource => resource.Uri);
        var templates = offers.Resources is null ? []
            : await ReadAsync<ResourceTemplate>(RequestMethods.ResourcesTemplatesList, "resourceTemplates", template => template.UriTemplate);
        return new ServerLists(
            AcceptedByClient(connection.Client, tools, leftOut), prompts, resources, templates, offers.Completions is not null, taskTools, leftOut,
            FingerprintOf([.. seen, offers.Completions is null ? "" : "completes"]));

        async Task<List<T>> ReadAsync<T>(string method, string member, Func<T, string?> name)
            where T : class
        {
            var found = new List<T>();
            string? cursor = null;
            for (var page = 0; page < MaxPages; page++)
            {
                JsonObject answer;
                try
                {
                    answer = await connection.RequestAsync(method, cursor is null ? [] : new JsonObject { ["cursor"] = cursor }, cancellationToken);
                }
                catch (McpProtocolException exception) when (exception.ErrorCode == McpErrorCode.MethodNotFound)
                {
                    // Declared, for example for templates with resources, and yet not there.
                    return found;
                }

                foreach (var entry in answer[member] as JsonArray ?? [])
                {
                    var text = entry?.ToJsonString() ?? "null";
                    seen.Add(text);
                    var reason = $"more than {MaxEntries}";
                    if (found.Count < MaxEntries && Read(text, name, out reason) is { } good)
                    {
                        found.Add(good);
                        if (good is Tool tool && ServerTask.IsNeeded(entry))
                        {
                            taskTools.Add(tool.Name);
                        }
                    }
                    else
                    {
                        leftOut.Add($"{member} entry '{NameOf(entry)}': {reason}");
                    }
                }

                if (answer["nextCursor"]?.ToString() is not { Length: > 0 } next || next == cursor)
                {
                    break;
                }

                cursor = next;
            }

            return found;
        }
    }

    private static T? Read<T>(string text, Func<T, string?> name, out string? reason)
        where T : class
    {
        reason = text.Length > MaxEntryLength ? $"longer than {MaxEntryLength} characters" : null;
        if (reason is not null)
        {
            return null;
        }

        try
        {
            var entry = JsonSerializer.Deserialize<T>(text, McpJsonUtilities.DefaultOptions);
            reason = name(entry!) is { Length: > 0 and <= MaxNameLength } ? null : $"its name or URI must have 1 to {MaxNameLength} characters";
            return reason is null ? entry : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            reason = exception.Message;
            return null;
        }
    }

    /// <summary>Arguments that become HTTP headers must be declared as the SDK's client can send them.</summary>
    private static List<Tool> AcceptedByClient(McpClient client, List<Tool> tools, List<string> leftOut)
    {
        var accepted = new List<Tool>(tools.Count);
        client.ClearKnownTools();
        foreach (var tool in tools)
        {
            try
            {
                client.AddKnownTools([tool]);
                accepted.Add(tool);
            }
            catch (ArgumentException exception)
            {
                leftOut.Add($"tool '{tool.Name}': {exception.Message}");
            }
        }

        return accepted;
    }

    private static string FingerprintOf(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string NameOf(JsonNode? entry)
    {
        var name = entry is JsonObject members ? (members["name"] ?? members["uri"] ?? members["uriTemplate"])?.ToString() ?? "" : "";
        return name.Length <= 80 ? name : name[..80];
    }
}
