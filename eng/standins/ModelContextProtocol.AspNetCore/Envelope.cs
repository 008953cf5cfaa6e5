using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Decides a message's era and whether its headers and its body say the same.</summary>
internal sealed class Envelope
{
    private static readonly HashSet<string> Removed = new(StringComparer.Ordinal)
    {
        "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
    };

    private Envelope(bool isModern, int status = 0, Refusal? refusal = null) => (IsModern, Status, Refusal) = (isModern, status, refusal);

    public bool IsModern { get; }

    /// <summary>HTTP status of <see cref="Refusal"/>.</summary>
    public int Status { get; }

    public Refusal? Refusal { get; }

    public static Envelope Read(IHeaderDictionary headers, JsonRpcMessage message, McpServerOptions options, HttpServerSessionMode mode)
    {
        var parameters = (message as JsonRpcRequest)?.Params as JsonObject ?? (message as JsonRpcNotification)?.Params as JsonObject;
        var meta = parameters?["_meta"] as JsonObject;
        var declared = Text(meta?[MetaKeys.ProtocolVersion]);
        var header = headers[Wire.ProtocolVersion].ToString().Trim();
        var isModern = Wire.IsModern(header) || Wire.IsModern(declared);

        if (header.Length > 0 && !Supported(options).Contains(header, StringComparer.Ordinal))
        {
            var listed = isModern && Wire.IsModern(declared) || mode is HttpServerSessionMode.Stateless
                ? Supported(options).Where(Wire.IsModern) : Supported(options);
            return Refuse(Refusal.UnsupportedVersion(header, listed));
        }

        if (!isModern)
        {
            var asked = message is JsonRpcRequest { Method: "initialize" } ? Text(parameters?["protocolVersion"]) : null;
            return header.Length > 0 && asked is not null && asked != header
                ? Refuse(Mismatch($"{Wire.ProtocolVersion} says '{header}', params.protocolVersion says '{asked}'"))
                : new Envelope(isModern: false);
        }

        if (message is not (JsonRpcRequest or JsonRpcNotification))
        {
            return Refuse(new Refusal(McpErrorCode.InvalidRequest, "Clients of this protocol version POST requests and notifications only."));
        }

        if (header.Length == 0)
        {
            return Refuse(Mismatch($"the header {Wire.ProtocolVersion} is missing"));
        }

        if (mode is HttpServerSessionMode.Stateful)
        {
            return Refuse(Refusal.UnsupportedVersion(header, Wire.Legacy));
        }

        return CheckModern(headers, message, parameters, meta, declared, header, options);
    }

    private static Envelope CheckModern(
        IHeaderDictionary headers,
        JsonRpcMessage message,
        JsonObject? parameters,
        JsonObject? meta,
        string? declared,
        string version,
        McpServerOptions options)
    {
        var request = message as JsonRpcRequest;
        var method = request?.Method ?? ((JsonRpcNotification)message).Method;

        if (declared is null && request is not null)
        {
            return Refuse(new Refusal(McpErrorCode.InvalidParams, $"params._meta must hold '{MetaKeys.ProtocolVersion}' as a string."));
        }

        if (declared is not null && declared != version)
        {
            return Refuse(Mismatch($"{Wire.ProtocolVersion} says '{version}', _meta says '{declared}'"));
        }

        var named = headers[Wire.Method].ToString().Trim();
        if (named != method && (request is not null || named.Length > 0))
        {
            return Refuse(Mismatch(named.Length == 0 ? $"the header {Wire.Method} is missing" : $"{Wire.Method} says '{named}', the body says '{method}'"));
        }

        if (request is null)
        {
            return new Envelope(isModern: true);
        }

        if (meta?[MetaKeys.ClientCapabilities] is not JsonObject)
        {
            return Refuse(new Refusal(McpErrorCode.InvalidParams, $"params._meta must hold '{MetaKeys.ClientCapabilities}' as an object."));
        }

        if (Removed.Contains(method))
        {
            var refusal = new Refusal(McpErrorCode.MethodNotFound, $"Protocol version {version} has no method '{method}'.");
            return new Envelope(isModern: true, StatusCodes.Status404NotFound, refusal);
        }

        return MirroredHeaders.Disagreement(headers, request, parameters, options) is { } difference
            ? Refuse(Mismatch(difference)) : new Envelope(isModern: true);
    }

    private static string[] Supported(McpServerOptions options) => options.ProtocolVersion is { } pinned ? [pinned] : [.. Wire.Legacy, Wire.Modern];

    private static string? Text(JsonNode? node) => node?.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : null;

    private static Refusal Mismatch(string difference) => new(McpErrorCode.HeaderMismatch, $"Headers and body must agree: {difference}.");

    private static Envelope Refuse(Refusal refusal) => new(isModern: true, StatusCodes.Status400BadRequest, refusal);
}
