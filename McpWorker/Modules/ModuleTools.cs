using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpModules;
using McpWorker.Arguments;
using McpWorker.Tools;
using ModelContextProtocol.Server;
using Module = McpModules.Module;

namespace McpWorker.Modules;

/// <summary>Makes an MCP tool of a module's method, as its callers see it.</summary>
internal static class ModuleTools
{
    public static Named<McpServerTool> Create(Module module, VersionedTool tool, IServiceProvider services)
    {
        var address = new ToolAddress(module.Name, tool.Name, ToolNames.OfModule(module.Name, tool.Name), tool.Version);
        return new(
            Create(module, tool, services, address, address.Name, tool.Newest),
            Create(module, tool, services, address, address.FederatedName, ToolNames.OfModule(module.Name, tool.Newest)));
    }

    private static McpServerTool Create(Module module, VersionedTool tool, IServiceProvider services, ToolAddress address, string name, string newest)
    {
        var method = tool.Tool.Method;
        var options = new McpServerToolCreateOptions
        {
            Name = name,
            Description = Describe(method, tool.Tool.Version?.Deprecated, newest),
            Services = services,
            SerializerOptions = ModuleOffer.Json,
            Metadata = [address, tool.Tool],
            Meta = MetaOf(tool),
        };
        try
        {
            var made = ModuleOffer.Target(module, method) is { } target ? McpServerTool.Create(method, target, options)
                : McpServerTool.Create(method, request => ActivatorUtilities.CreateInstance(request.Services!, method.DeclaringType!), options);
            made.ProtocolTool.InputSchema = Completed(made.ProtocolTool.InputSchema, method);
            _ = JsonSchema.Read(made.ProtocolTool.InputSchema);
            return made;
        }
        catch (Exception exception) when (exception is SchemaException or ArgumentException or NotSupportedException)
        {
            throw new InvalidOperationException($"Tool '{tool.Name}' of module '{module.Name}' has no usable schema: {exception.Message}", exception);
        }
    }

    private static string? Describe(MethodInfo method, string? deprecated, string newest)
    {
        var description = method.GetCustomAttribute<DescriptionAttribute>()?.Description;
        return deprecated is null ? description : $"Deprecated as of {deprecated}: call {newest} instead. {description}".TrimEnd();
    }

    private static JsonObject MetaOf(VersionedTool tool)
    {
        var meta = new JsonObject { ["version"] = tool.Version, ["deprecated"] = tool.Tool.Version?.Deprecated is not null };
        if (tool.Tool.Version?.Deprecated is { } date)
        {
            meta["deprecated_as_of"] = date;
        }

        return meta;
    }

    /// <summary>
    /// Says what reflection does not: that there are no other arguments, because one nobody asked for is a typing error that
    /// would be lost, and which of them clients repeat as headers.
    /// </summary>
    private static JsonElement Completed(JsonElement schema, MethodInfo method)
    {
        var open = JsonObject.Create(schema)!;
        open.TryAdd("additionalProperties", false);
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.GetCustomAttribute<MirroredHeaderAttribute>() is { } header && open["properties"]?[parameter.Name!] is JsonObject property)
            {
                property["x-mcp-header"] = header.Name;
            }
        }

        return JsonSerializer.SerializeToElement(open);
    }
}
