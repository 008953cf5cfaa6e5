using System.Reflection;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Modules;

/// <summary>What its method says of a module's tool, beyond its address. Tools of other servers have none: what those say of themselves is not trusted.</summary>
internal sealed record ModuleTool(MethodInfo Method)
{
    private readonly McpServerToolAttribute _tool = Method.GetCustomAttribute<McpServerToolAttribute>()!;

    /// <summary>Null: it has the version of its module.</summary>
    public ToolVersionAttribute? Version { get; } = Method.GetCustomAttribute<ToolVersionAttribute>();

    /// <summary>Null: its results are not kept.</summary>
    public CachedAttribute? Cached { get; } = Method.GetCustomAttribute<CachedAttribute>();

    public bool IsReadOnly => _tool.ReadOnly;

    /// <summary>Running it again does nothing more.</summary>
    public bool IsRepeatable => _tool.ReadOnly || _tool.Idempotent;

    public static ModuleTool? Of(IMcpServerPrimitive? primitive)
    {
        var metadata = primitive?.Metadata ?? [];
        for (var i = 0; i < metadata.Count; i++)
        {
            if (metadata[i] is ModuleTool tool)
            {
                return tool;
            }
        }

        return null;
    }
}
