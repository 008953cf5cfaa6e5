using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Holds <c>Mcp-Name</c> and <c>Mcp-Param-*</c> against the body they repeat.</summary>
internal static class MirroredHeaders
{
    /// <summary>Largest integer every JSON reader gets right.</summary>
    private const decimal SafeInteger = 9_007_199_254_740_991;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create([(char)0x09, .. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code)]);

    /// <summary>What differs, or null.</summary>
    public static string? Disagreement(IHeaderDictionary headers, JsonRpcRequest request, JsonObject? parameters, McpServerOptions options)
    {
        var key = request.Method switch
        {
            "tools/call" or "prompts/get" => "name",
            "resources/read" => "uri",
            "tasks/get" or "tasks/update" or "tasks/cancel" or "tasks/result" => "taskId",
            _ => null,
        };
        if (key is null)
        {
            return null;
        }

        if (!TryRead(headers, Wire.Name, out var name, out var problem))
        {
            return problem;
        }

        var value = parameters?[key];
        if (value?.GetValueKind() is not JsonValueKind.String || value.GetValue<string>() != name)
        {
            return $"{Wire.Name} differs from params.{key}";
        }

        return request.Method is "tools/call"
            && options.ToolCollection?.TryGetPrimitive(name, out var tool) is true
            && tool.ProtocolTool.InputSchema is { ValueKind: JsonValueKind.Object } schema
            ? Arguments(headers, schema, parameters!["arguments"]) : null;
    }

    private static string? Arguments(IHeaderDictionary headers, JsonElement schema, JsonNode? arguments)
    {
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        foreach (var property in properties.EnumerateObject().Where(property => property.Value.ValueKind is JsonValueKind.Object))
        {
            var value = (arguments as JsonObject)?[property.Name];
            if ((Argument(headers, property, value) ?? Arguments(headers, property.Value, value)) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? Argument(IHeaderDictionary headers, JsonProperty property, JsonNode? value)
    {
        if (!property.Value.TryGetProperty("x-mcp-header", out var annotation) || annotation.ValueKind is not JsonValueKind.String)
        {
            return null;
        }

        var header = Wire.ParamPrefix + annotation.GetString();
        if (value is null)
        {
            return headers.ContainsKey(header) ? $"{header} is there, the argument '{property.Name}' is not" : null;
        }

        if (!TryRead(headers, header, out var sent, out var problem))
        {
            return problem;
        }

        var expected = McpHeaderEncoder.DecodeValue(McpHeaderEncoder.ConvertToHeaderValue(value));
        var same = value.GetValueKind() is JsonValueKind.Number ? SameInteger(sent, expected) : sent == expected;
        return same ? null : $"{header} differs from the argument '{property.Name}'";
    }

    private static bool TryRead(IHeaderDictionary headers, string header, out string value, out string? problem)
    {
        var raw = headers[header].ToString().Trim();
        value = "";
        problem = !headers.ContainsKey(header) ? $"the header {header} is missing"
            : raw.AsSpan().ContainsAnyExcept(Allowed) ? $"{header} holds characters a header must not"
            : null;
        if (problem is null && McpHeaderEncoder.DecodeValue(raw) is { } decoded)
        {
            value = decoded;
            return true;
        }

        problem ??= $"{header} is not valid base64";
        return false;
    }

    /// <summary>42, 42.0 and 4.2e1 are one integer.</summary>
    private static bool SameInteger(string? sent, string? expected) =>
        decimal.TryParse(sent, NumberStyles.Float, CultureInfo.InvariantCulture, out var left)
        && decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
        && left == right && decimal.IsInteger(left) && Math.Abs(left) <= SafeInteger;
}
