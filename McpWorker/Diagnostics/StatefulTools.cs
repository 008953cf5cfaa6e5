using System.ComponentModel;
using System.Text;
using System.Text.Json;
using McpModules;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

/// <summary>Requests that take more than one round and remember something in between.</summary>
[McpServerToolType]
internal static class StatefulTools
{
    private const string ConfirmForm = """{ "type": "object", "properties": { "ok": { "type": "boolean" } }, "required": ["ok"] }""";
    private const string NameForm = """{ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] }""";
    private const string ColorForm = """{ "type": "object", "properties": { "color": { "type": "string" } }, "required": ["color"] }""";

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("Asks for confirmation and checks what it remembered.")]
    public static string State(RequestContext<CallToolRequestParams> request, IRequestState states) => Confirm(request, states);

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("Refuses a state that is not its own.")]
    public static string TamperedState(RequestContext<CallToolRequestParams> request, IRequestState states) => Confirm(request, states);

    [McpServerTool(Name = "test_input_required_result_multiple_inputs"), Description("Asks three things at once.")]
    public static string MultipleInputs(RequestContext<CallToolRequestParams> request, IRequestState states)
    {
        var isKnown = states.Open(request) is not null;
        var name = request.Params.Text("user_name", "name");
        var greeting = request.Params.Sampled("greeting");
        var roots = request.Params.RootsOf("client_roots");
        return isKnown && name is not null && greeting is not null && roots is not null
            ? $"{greeting} {name}, with {roots.Count} roots."
            : throw Ask(
                states.Seal(request, "multiple"u8),
                ("user_name", Question.Elicit("What is your name?", NameForm)),
                ("greeting", Question.Sample("Write a greeting.", maxTokens: 50)),
                ("client_roots", Question.Roots()));
    }

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("Asks a second thing after the first.")]
    public static string MultiRound(RequestContext<CallToolRequestParams> request, IRequestState states)
    {
        var name = states.Open(request) is { Length: > 0 } remembered ? Encoding.UTF8.GetString(remembered) : request.Params.Text("step1", "name");
        if (name is null)
        {
            throw Ask(states.Seal(request, []), ("step1", Question.Elicit("What is your name?", NameForm)));
        }

        return request.Params.Text("step2", "color") is { } color
            ? $"{name} likes {color}."
            : throw Ask(states.Seal(request, Encoding.UTF8.GetBytes(name)), ("step2", Question.Elicit("What is your favourite colour?", ColorForm)));
    }

    private static string Confirm(RequestContext<CallToolRequestParams> request, IRequestState states) =>
        states.Open(request) is not null && request.Params.Field("confirm", "ok") is { ValueKind: JsonValueKind.True or JsonValueKind.False }
            ? "state-ok"
            : throw Ask(states.Seal(request, "confirm"u8), ("confirm", Question.Elicit("Is that so?", ConfirmForm)));

    private static InputRequiredException Ask(string state, params (string Key, InputRequest Question)[] questions) =>
        new(questions.ToDictionary(each => each.Key, each => each.Question, StringComparer.Ordinal), state);
}
