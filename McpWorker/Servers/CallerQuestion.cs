using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>A request of a server to its caller, waiting for the answer.</summary>
internal sealed class CallerQuestion(string key, JsonRpcRequest asked)
{
    private readonly TaskCompletionSource<JsonNode?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Under which the caller is asked and answers.</summary>
    public string Key => key;

    public Task<JsonNode?> Answer => _answer.Task;

    /// <summary>As a modern caller is asked.</summary>
    public InputRequest ToInputRequest() => new()
    {
        Method = asked.Method,
        Params = asked.Params is null ? null : asked.Params.Deserialize<JsonElement>(McpJsonUtilities.DefaultOptions),
    };

    public bool TryAnswer(JsonNode answer) => _answer.TrySetResult(answer.DeepClone());

    /// <summary>Nobody will answer. Elicitation has a word for that; the others end in an error.</summary>
    public void Decline()
    {
        if (asked.Method == RequestMethods.ElicitationCreate)
        {
            _answer.TrySetResult(new JsonObject { ["action"] = "cancel" });
        }
        else
        {
            _answer.TrySetException(new McpProtocolException($"The caller did not answer {asked.Method}.", McpErrorCode.InvalidRequest));
        }
    }
}
