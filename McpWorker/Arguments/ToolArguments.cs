using System.Runtime.CompilerServices;
using System.Text.Json;
using McpWorker.Modules;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Arguments;

/// <summary>
/// Holds each call to the schema its caller was shown, before anything runs (S-155). A schema is made ready once a tool. One
/// of another server that cannot be read lets everything pass: that server checks for itself.
/// </summary>
internal sealed partial class ToolArguments(ILogger<ToolArguments> logger)
{
    /// <summary>Deeper than people write, and shallow enough for every reader behind this one.</summary>
    private const int MaxDepth = 32;

    private static readonly Dictionary<string, JsonElement> None = new(StringComparer.Ordinal);

    private readonly ConditionalWeakTable<IMcpServerPrimitive, Rules> _rules = [];

    /// <exception cref="McpProtocolException">They do not fit; the message names the argument, the bound and the cure.</exception>
    public void Check(RequestContext<CallToolRequestParams> request, ToolAddress address)
    {
        if (request.MatchedPrimitive is not McpServerTool tool)
        {
            return;
        }

        var arguments = request.Params.Arguments ?? None;
        var findings = new Findings();
        foreach (var (name, value) in arguments)
        {
            if (IsDeeper(value, MaxDepth - 1))
            {
                findings.Enter(name);
                findings.Add($"is nested more than {MaxDepth} deep; flatten it");
                findings.Leave();
            }
        }

        if (findings.IsEmpty)
        {
            Check(_rules.TryGetValue(tool, out var rules) ? rules : _rules.GetValue(tool, ReadRules), arguments, findings, address);
        }

        if (!findings.IsEmpty)
        {
            LogRefused(address.FederatedName);
            throw new McpProtocolException($"{findings} Correct this and call '{request.Params.Name}' again; tools/list shows its schema.", McpErrorCode.InvalidParams);
        }
    }

    private void Check(Rules rules, IDictionary<string, JsonElement> arguments, Findings findings, ToolAddress address)
    {
        try
        {
            if (rules.Schema?.Members is { } members)
            {
                members.Check(arguments, findings);
            }
            else
            {
                rules.Schema?.Check(JsonSerializer.SerializeToElement(arguments), findings);
            }
        }
        catch (SchemaException exception)
        {
            LogUnusable(address.FederatedName, exception.Message);
            rules.Schema = null;
        }

        if (findings.IsEmpty)
        {
            rules.Binding?.Check(arguments, findings);
        }
    }

    private Rules ReadRules(IMcpServerPrimitive primitive)
    {
        var tool = (McpServerTool)primitive;
        var binding = ModuleTool.Of(tool) is { } own ? new BindingRule(own.Method, ModuleOffer.Json) : null;
        try
        {
            return new Rules { Schema = JsonSchema.Read(tool.ProtocolTool.InputSchema), Binding = binding };
        }
        catch (SchemaException exception)
        {
            LogUnusable(tool.ProtocolTool.Name, exception.Message);
            return new Rules { Binding = binding };
        }
    }

    private static bool IsDeeper(JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.Object => depth == 0 || value.EnumerateObject().Any(member => IsDeeper(member.Value, depth - 1)),
        JsonValueKind.Array => depth == 0 || value.EnumerateArray().Any(element => IsDeeper(element, depth - 1)),
        _ => false,
    };

    [LoggerMessage(LogLevel.Information, "Refused a call of {Tool}: its arguments do not fit the schema", EventName = "tool_arguments_refused")]
    private partial void LogRefused(string tool);

    [LoggerMessage(LogLevel.Warning, "Arguments of {Tool} are not checked here, its schema cannot be used: {Reason}", EventName = "tool_schema_unusable")]
    private partial void LogUnusable(string tool, string reason);

    private sealed class Rules
    {
        public JsonSchema? Schema { get; set; }

        public BindingRule? Binding { get; init; }
    }
}
