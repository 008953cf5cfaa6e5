using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>Errors on their way between a server and a caller: code, message and data stay as they are.</summary>
internal static class ServerFailure
{
    /// <summary>A code of 2025-11-25 that has no place in later versions.</summary>
    private const int UrlElicitationRequired = -32042;

    private const string AddedByClient = "Request failed (remote): ";

    public static JsonObject ToJson(JsonRpcErrorDetail error) => new()
    {
        ["code"] = error.Code,
        ["message"] = error.Message,
        ["data"] = JsonSerializer.SerializeToNode(error.Data, McpJsonUtilities.DefaultOptions),
    };

    public static McpProtocolException FromJson(JsonObject error)
    {
        var exception = new McpProtocolException(error["message"]!.GetValue<string>(), (McpErrorCode)error["code"]!.GetValue<int>());
        foreach (var (key, value) in error["data"] as JsonObject ?? [])
        {
            exception.Data[key] = value.Deserialize<JsonElement>(McpJsonUtilities.DefaultOptions);
        }

        return exception;
    }

    /// <summary>
    /// What an older server wants done at a URL before it is called again, which it says by an error; a modern caller hears
    /// it as a question. Null when the error says something else.
    /// </summary>
    public static Dictionary<string, InputRequest>? UrlsOf(JsonObject error)
    {
        if (error["code"]?.GetValue<int>() != UrlElicitationRequired || error["data"]?["elicitations"] is not JsonArray { Count: > 0 } wanted)
        {
            return null;
        }

        return wanted.OfType<JsonObject>().Select((asked, index) => (asked, index)).ToDictionary(
            each => $"url_{each.index + 1}",
            each => new InputRequest { Method = RequestMethods.ElicitationCreate, Params = each.asked.Deserialize<JsonElement>(McpJsonUtilities.DefaultOptions) },
            StringComparer.Ordinal);
    }

    /// <summary>An error that came with an HTTP status, without what the SDK's client wrote before it.</summary>
    public static McpProtocolException Plain(McpProtocolException exception)
    {
        if (!exception.Message.StartsWith(AddedByClient, StringComparison.Ordinal))
        {
            return exception;
        }

        var plain = new McpProtocolException(exception.Message[AddedByClient.Length..], exception.ErrorCode);
        foreach (var key in exception.Data.Keys)
        {
            plain.Data[key] = exception.Data[key];
        }

        return plain;
    }

    /// <summary>What a server learns whose question did not reach its caller.</summary>
    public static JsonRpcErrorDetail AnswerTo(string method, Exception exception) => exception switch
    {
        McpProtocolException known => new JsonRpcErrorDetail { Code = (int)known.ErrorCode, Message = Plain(known).Message },
        OperationCanceledException => new JsonRpcErrorDetail { Code = (int)McpErrorCode.InvalidRequest, Message = $"The caller left before it answered {method}." },
        _ => new JsonRpcErrorDetail { Code = (int)McpErrorCode.InternalError, Message = $"The caller could not be asked {method}." },
    };
}
