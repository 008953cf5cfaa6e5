using System.Security.Claims;
using McpWorker.Tools;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.InternalAccess;

/// <summary>The caller of one request as the gateway vouched for it, in the form the MCP SDK carries to tools.</summary>
internal sealed class CallerIdentity(InternalCall call, HttpContext http) : ClaimsIdentity(ClaimsOf(call.Caller), authenticationType: "internal")
{
    public InternalCall Call => call;

    /// <summary>The server whose endpoint was called; null: the one of all.</summary>
    public string? Server { get; } = ToolsFeature.ServerOf(http);

    /// <summary>
    /// The SDK's server for the session of this request; null once the request has ended. Handlers are given one that speaks
    /// on the stream of this request only.
    /// </summary>
    public McpServer? Session => http.Features.Get<McpServer>();

    /// <exception cref="InvalidOperationException">Nobody vouched: an MCP endpoint was mapped without its guard.</exception>
    public static CallerIdentity Of(ClaimsPrincipal? user) =>
        user?.Identity as CallerIdentity ?? throw new InvalidOperationException("This MCP endpoint was mapped without RequireInternalCall.");

    /// <summary>Who owns what this caller makes.</summary>
    public static string OwnerOf(ClaimsPrincipal caller) => Of(caller).Call.Caller.Subject;

    private static IEnumerable<Claim> ClaimsOf(InternalCaller caller) =>
    [
        new(ClaimTypes.NameIdentifier, caller.Subject),
        new(ClaimTypes.Name, caller.Name),
        .. caller.Roles.Select(role => new Claim(ClaimTypes.Role, role)),
    ];
}
