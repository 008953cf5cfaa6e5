using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

/// <summary>Tools that ask one thing and tell what the answer was.</summary>
[McpServerToolType]
internal static class AskingTools
{
    private const string Key = "answer";

    [McpServerTool(Name = "test_sampling"), Description("Has the caller's model answer a prompt.")]
    public static string Sampling(RequestContext<CallToolRequestParams> request, [Description("What the model is asked.")] string prompt) =>
        request.Params.Sampled(Key) is { } answer ? $"LLM response: {answer}" : throw Ask(Question.Sample(prompt, maxTokens: 100));

    [McpServerTool(Name = "test_elicitation"), Description("Asks for a user name and an address.")]
    public static string Elicitation(RequestContext<CallToolRequestParams> request, [Description("What the user is shown.")] string message) =>
        request.Params.Form(Key) is { } form
            ? $"User response: {Told(form)}"
            : throw Ask(Question.Elicit(message, """
                {
                  "type": "object",
                  "properties": {
                    "username": { "type": "string", "description": "User's response" },
                    "email": { "type": "string", "description": "User's email address" }
                  },
                  "required": ["username", "email"]
                }
                """));

    [McpServerTool(Name = "test_elicitation_sep1034_defaults"), Description("Asks with a default for every kind of field.")]
    public static string Defaults(RequestContext<CallToolRequestParams> request) =>
        request.Params.Form(Key) is { } form
            ? $"Elicitation completed: {Told(form)}"
            : throw Ask(Question.Elicit("Please check these values.", """
                {
                  "type": "object",
                  "properties": {
                    "name": { "type": "string", "default": "John Doe" },
                    "age": { "type": "integer", "default": 30 },
                    "score": { "type": "number", "default": 95.5 },
                    "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
                    "verified": { "type": "boolean", "default": true }
                  }
                }
                """));

    [McpServerTool(Name = "test_elicitation_sep1330_enums"), Description("Asks with every kind of choice.")]
    public static string Enums(RequestContext<CallToolRequestParams> request) =>
        request.Params.Form(Key) is { } form
            ? $"Elicitation completed: {Told(form)}"
            : throw Ask(Question.Elicit("Please choose.", """
                {
                  "type": "object",
                  "properties": {
                    "untitledSingle": { "type": "string", "enum": ["option1", "option2", "option3"] },
                    "titledSingle": {
                      "type": "string",
                      "oneOf": [
                        { "const": "value1", "title": "First Option" },
                        { "const": "value2", "title": "Second Option" },
                        { "const": "value3", "title": "Third Option" }
                      ]
                    },
                    "legacyEnum": {
                      "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"]
                    },
                    "untitledMulti": { "type": "array", "items": { "type": "string", "enum": ["option1", "option2", "option3"] } },
                    "titledMulti": {
                      "type": "array",
                      "items": {
                        "anyOf": [
                          { "const": "value1", "title": "First Choice" },
                          { "const": "value2", "title": "Second Choice" },
                          { "const": "value3", "title": "Third Choice" }
                        ]
                      }
                    }
                  }
                }
                """));

    private static InputRequiredException Ask(InputRequest question) =>
        new(new Dictionary<string, InputRequest>(StringComparer.Ordinal) { [Key] = question }, requestState: null);

    private static string Told(ElicitResult form) =>
        $"action={form.Action}, content={JsonSerializer.Serialize(form.Content ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal), McpJsonUtilities.DefaultOptions)}";
}
