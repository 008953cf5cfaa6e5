using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Names of https://modelcontextprotocol.io/specification/2026-07-28/basic/transports that the SDK keeps to itself.</summary>
internal static class Wire
{
    public const string SessionId = "Mcp-Session-Id";
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";
    public const string ParamPrefix = "Mcp-Param-";

    /// <summary>From this version on a request carries its own context and there are no sessions.</summary>
    public const string Modern = "2026-07-28";

    public static readonly string[] Legacy = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    public static readonly JsonTypeInfo<JsonRpcMessage> Message = TypeInfo<JsonRpcMessage>();

    public static bool IsModern(string? version) => version is not null && string.CompareOrdinal(version, Modern) >= 0;

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));

    /// <summary>Answers with a JSON-RPC error that carries the request's id, null where none could be read.</summary>
    public static async Task RefuseAsync(HttpContext http, int status, Refusal refusal, JsonRpcMessage? about = null)
    {
        var error = new JsonRpcError
        {
            Id = about is JsonRpcRequest request ? request.Id : default,
            Error = new JsonRpcErrorDetail { Code = refusal.Code, Message = refusal.Message, Data = refusal.Data },
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(error, Message);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}

/// <summary>Why a message is not handed to the server.</summary>
internal sealed record Refusal(int Code, string Message, JsonNode? Data = null)
{
    /// <summary>Code of refusals the specification gives none: a habit of the reference implementations.</summary>
    private const int Unspecified = -32000;

    public Refusal(string message)
        : this(Unspecified, message)
    {
    }

    public Refusal(McpErrorCode code, string message)
        : this((int)code, message)
    {
    }

    public static Refusal UnsupportedVersion(string requested, IEnumerable<string> supported) => new(
        (int)McpErrorCode.UnsupportedProtocolVersion,
        $"Protocol version '{requested}' is not supported here; data.supported lists those that are.",
        JsonSerializer.SerializeToNode(
            new UnsupportedProtocolVersionErrorData { Supported = [.. supported], Requested = requested },
            Wire.TypeInfo<UnsupportedProtocolVersionErrorData>()));
}
