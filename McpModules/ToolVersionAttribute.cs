namespace McpModules;

/// <summary>
/// The version of a tool, <c>major.minor</c>. Several methods may carry the same tool name with different majors: the newest
/// is served under the plain name, an older one as <c>name_v1</c>, for as long as the module keeps it. Without this
/// attribute a tool has the version of its module.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolVersionAttribute(string version) : Attribute
{
    public string Version { get; } = version;

    /// <summary>The day from which callers should use the newest version instead, as <c>yyyy-MM-dd</c>; null: it is not deprecated.</summary>
    public string? Deprecated { get; init; }
}
