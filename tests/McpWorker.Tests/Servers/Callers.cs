using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpWorker.Tests.Servers;

/// <summary>People behind clients, and what they answer when a server asks.</summary>
internal static class Callers
{
    public static McpClientHandlers Ann() => new()
    {
        ElicitationHandler = (question, _) => new ValueTask<ElicitResult>(new ElicitResult
        {
            Action = "accept",
            Content = question?.RequestedSchema?.Properties.ToDictionary(property => property.Key, property => Answer(property.Value), StringComparer.Ordinal),
        }),
#pragma warning disable MCP9005 // Deprecated for servers of ours; older servers still ask, and older clients still answer.
        SamplingHandler = (_, _, _) => new ValueTask<CreateMessageResult>(new CreateMessageResult
        {
            Role = Role.Assistant,
            Model = "test",
            Content = [new TextContentBlock { Text = "two" }],
        }),
        RootsHandler = (_, _) => new ValueTask<ListRootsResult>(new ListRootsResult { Roots = [new Root { Uri = "file:///home/ann" }] }),
#pragma warning restore MCP9005
    };

    private static JsonElement Answer(ElicitRequestParams.PrimitiveSchemaDefinition asked) => JsonSerializer.SerializeToElement<object>(asked switch
    {
        ElicitRequestParams.BooleanSchema => true,
        ElicitRequestParams.NumberSchema number => number.Minimum ?? 5,
        ElicitRequestParams.UntitledSingleSelectEnumSchema choice => choice.Enum[0],
        ElicitRequestParams.TitledSingleSelectEnumSchema choice => choice.OneOf[0].Const,
        ElicitRequestParams.UntitledMultiSelectEnumSchema choices => choices.Items.Enum,
        ElicitRequestParams.TitledMultiSelectEnumSchema choices => choices.Items.AnyOf.Select(each => each.Const),
        ElicitRequestParams.StringSchema { Format: "email" } => "ann@example.com",
        ElicitRequestParams.StringSchema { Format: "uri" } => "https://example.com",
        ElicitRequestParams.StringSchema { Format: "date" } => "2026-11-20",
        _ => "Ann",
    });
}
