using System.Text.Json.Nodes;

namespace McpWorker.InternalAccess;

/// <summary>An answer to a message that is not handed to the MCP server: a JSON-RPC error with the message's id.</summary>
/// <param name="Code">Ours are HTTP statuses: outside of what JSON-RPC and MCP reserve.</param>
internal sealed record WorkerRefusal(int Status, int Code, string Message)
{
    private const int InvalidRequest = -32600;

    public static WorkerRefusal NotSigned { get; } = new(StatusCodes.Status401Unauthorized, "This worker answers its gateway only; call the gateway.");

    public static WorkerRefusal SignedForAnother { get; } = new(StatusCodes.Status401Unauthorized, "The internal token was signed for another message.");

    public static WorkerRefusal NotOneMessage { get; } =
        new(StatusCodes.Status400BadRequest, InvalidRequest, "The body must be one JSON-RPC 2.0 message without repeated keys.");

    public static WorkerRefusal NoSuchServer { get; } = new(StatusCodes.Status404NotFound, "There is no such server here.");

    public static WorkerRefusal TooManyStreams { get; } =
        new(StatusCodes.Status429TooManyRequests, "This caller holds as many streams of notifications open as it may (MCP_STREAMS_PER_CALLER). Close one first.");

    private WorkerRefusal(int status, string message)
        : this(status, status, message)
    {
    }

    public static WorkerRefusal Forbidden(string tool) => new(StatusCodes.Status403Forbidden, $"This caller may not call '{tool}'.");

    public Task WriteAsync(HttpContext http, MessageHead? head)
    {
        http.Response.StatusCode = Status;
        var answer = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = head?.Id,
            ["error"] = new JsonObject { ["code"] = Code, ["message"] = Message },
        };
        return http.Response.WriteAsJsonAsync(answer, http.RequestAborted);
    }
}
