namespace McpModules;

/// <summary>
/// Lets clients of 2026-07-28 repeat this argument of a tool as the header <c>Mcp-Param-{name}</c>, where proxies on the way
/// can route by it. A call whose header and argument differ is refused. For text, whole numbers and booleans that are no secret.
/// </summary>
/// <param name="name">What the header is called behind <c>Mcp-Param-</c>; unique in the tool.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class MirroredHeaderAttribute(string name) : Attribute
{
    public string Name => name;
}
