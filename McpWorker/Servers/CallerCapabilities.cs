using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>What a caller declared it can be asked. Servers of the older protocol are told once, at the handshake, that all of it may work.</summary>
internal sealed class CallerCapabilities
{
    private const string Elicitation = "elicitation";
    private const string Sampling = "sampling";
    private const string Roots = "roots";
    private const string Form = "form";
    private const string Url = "url";

    // The SDK's names for them are marked deprecated, for servers of ours; older servers still ask.
    private const string CreateMessage = "sampling/createMessage";
    private const string ListRoots = "roots/list";

    private readonly JsonObject _declared;

    private CallerCapabilities(JsonObject declared) => _declared = declared;

    public static CallerCapabilities None { get; } = new([]);

    public static bool IsQuestion(string method) =>
        method is RequestMethods.ElicitationCreate or CreateMessage or ListRoots;

    public static JsonObject Everything() => new()
    {
        [Elicitation] = new JsonObject { [Form] = new JsonObject(), [Url] = new JsonObject() },
        [Sampling] = new JsonObject { ["tools"] = new JsonObject(), ["context"] = new JsonObject() },
        [Roots] = new JsonObject(),
    };

    /// <summary>Of what a caller declared, what can be bridged; extensions are between a client and its own server.</summary>
    public static CallerCapabilities Of(JsonNode? declared)
    {
        var bridged = new JsonObject();
        foreach (var kind in new[] { Elicitation, Sampling, Roots })
        {
            if (declared is JsonObject all && all[kind] is JsonObject about)
            {
                bridged[kind] = about.DeepClone();
            }
        }

        return new CallerCapabilities(bridged);
    }

    public JsonObject ToJson() => (JsonObject)_declared.DeepClone();

    /// <summary>Whether the caller may be asked this.</summary>
    public bool Allow(string method, JsonNode? parameters) => method switch
    {
        RequestMethods.ElicitationCreate => AllowsElicitation(parameters is JsonObject asked && asked["mode"] is JsonValue mode ? mode.ToString() : Form),
        CreateMessage => _declared.ContainsKey(Sampling),
        ListRoots => _declared.ContainsKey(Roots),
        _ => false,
    };

    /// <summary>One that names no mode means forms, as before there were modes.</summary>
    private bool AllowsElicitation(string mode) =>
        _declared[Elicitation] is JsonObject modes && (modes.ContainsKey(mode) || (mode == Form && !modes.ContainsKey(Url)));
}
