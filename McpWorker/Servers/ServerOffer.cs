using System.Text.Json;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Servers;

/// <summary>Makes of a server's lists what our callers see: names of ours, URIs of its own.</summary>
internal static class ServerOffer
{
    public static (Offer Offer, IReadOnlyList<string> LeftOut) Of(BridgedServer server, ServerCalls calls, ServerLists lists)
    {
        var leftOut = new List<string>();
        var prompts = Named(server, lists.Prompts, prompt => prompt.Name);
        var promptNames = prompts.ToDictionary(prompt => prompt.Address.Name, prompt => prompt.Original.Name, StringComparer.Ordinal);
        var offer = new Offer
        {
            IsForeign = true,
            Tools =
            [
                .. Named(server, lists.Tools, tool => tool.Name).Select(tool => new Named<McpServerTool>(
                    new BridgedTool(server, calls, tool.Original, tool.Address, tool.Address.Name, lists.TaskTools.Contains(tool.Original.Name)),
                    new BridgedTool(server, calls, tool.Original, tool.Address, tool.Address.FederatedName, lists.TaskTools.Contains(tool.Original.Name)))),
            ],
            Prompts =
            [
                .. prompts.Select(prompt => new Named<McpServerPrompt>(
                    new BridgedPrompt(server, calls, prompt.Original, prompt.Address, prompt.Address.Name),
                    new BridgedPrompt(server, calls, prompt.Original, prompt.Address, prompt.Address.FederatedName))),
            ],
            Resources = [.. Resources(server, calls, lists, leftOut)],
            Complete = lists.Completes ? (request, cancellationToken) => CompleteAsync(server, calls, promptNames, request, cancellationToken) : null,
        };
        return (offer, leftOut);
    }

    /// <summary>Names that clean up to the same one get hash digits, all but the first in order.</summary>
    private static List<(T Original, ToolAddress Address)> Named<T>(BridgedServer server, IReadOnlyList<T> entries, Func<T, string> nameOf)
    {
        var named = new List<(T, ToolAddress)>(entries.Count);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries.OrderBy(nameOf, StringComparer.Ordinal))
        {
            var name = ToolNames.Fit(nameOf(entry));
            if (!taken.Add(name))
            {
                name = ToolNames.WithHash(name, nameOf(entry));
                if (!taken.Add(name))
                {
                    // Listed twice under one name: the first stands for both.
                    continue;
                }
            }

            named.Add((entry, new ToolAddress(server.Name, name, ToolNames.OfServer(server.Name, name), "")));
        }

        return named;
    }

    private static IEnumerable<McpServerResource> Resources(BridgedServer server, ServerCalls calls, ServerLists lists, List<string> leftOut)
    {
        foreach (var resource in lists.Resources.OrderBy(resource => resource.Uri, StringComparer.Ordinal))
        {
            yield return new BridgedResource(server, calls, resource);
        }

        foreach (var template in lists.Templates.OrderBy(template => template.UriTemplate, StringComparer.Ordinal))
        {
            BridgedTemplate? bridged = null;
            try
            {
                bridged = new BridgedTemplate(server, calls, template);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
            {
                leftOut.Add($"template '{template.UriTemplate}': {exception.Message}");
            }

            if (bridged is not null)
            {
                yield return bridged;
            }
        }
    }

    private static async ValueTask<CompleteResult> CompleteAsync(
        BridgedServer server, ServerCalls calls, Dictionary<string, string> promptNames, RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        return await calls.RunAsync<CompleteRequestParams, CompleteResult>(
            server,
            request,
            parameters =>
            {
                var asked = JsonSerializer.SerializeToNode(request.Params.Ref, McpJsonUtilities.DefaultOptions)!.AsObject();
                if (request.Params.Ref is PromptReference prompt)
                {
                    asked["name"] = promptNames.GetValueOrDefault(prompt.Name, prompt.Name);
                }

                parameters["ref"] = asked;
            },
            mayRepeat: true,
            cancellationToken);
    }
}
