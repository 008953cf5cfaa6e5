using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Module = McpModules.Module;

namespace McpWorker.Modules;

/// <summary>Finds a module's tools, prompts and resources by their attributes.</summary>
internal static class ModuleOffer
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    /// <summary>Results speak like arguments: <c>media_type</c>, not <c>mediaType</c>.</summary>
    // Results are read by models, never pasted into HTML: `\u003E` for `>` would cost tokens and understanding.
    private static readonly JsonSerializerOptions Json = new(McpJsonUtilities.DefaultOptions)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Offer Of(Module module, IServiceProvider services) => new()
    {
        IsFederated = module.IsFederated,
        Tools = [.. MethodsWith<McpServerToolAttribute>(module.ToolTypes).Select(method => new Named<McpServerTool>(
            Tool(module, method, services, address => address.Name), Tool(module, method, services, address => address.FederatedName)))],
        Prompts = [.. MethodsWith<McpServerPromptAttribute>(module.PromptTypes).Select(method => new Named<McpServerPrompt>(
            Prompt(module, method, services, address => address.Name), Prompt(module, method, services, address => address.FederatedName)))],
        Resources = [.. MethodsWith<McpServerResourceAttribute>(module.ResourceTypes).Select(method => Resource(module, method, services))],
    };

    private static IEnumerable<MethodInfo> MethodsWith<TAttribute>(IReadOnlyList<Type> types)
        where TAttribute : Attribute =>
        types.SelectMany(type => type.GetMethods(Any)).Where(method => method.IsDefined(typeof(TAttribute)));

    private static McpServerTool Tool(Module module, MethodInfo method, IServiceProvider services, Func<ToolAddress, string> name)
    {
        var ownName = ToolNames.Fit(method.GetCustomAttribute<McpServerToolAttribute>()!.Name ?? method.Name);
        var address = new ToolAddress(module.Name, ownName, ToolNames.OfModule(module.Name, ownName), module.Version);
        var options = new McpServerToolCreateOptions { Name = name(address), Services = services, SerializerOptions = Json, Metadata = [address] };

        return Target(module, method) is { } target ? McpServerTool.Create(method, target, options)
            : McpServerTool.Create(method, request => ActivatorUtilities.CreateInstance(request.Services!, method.DeclaringType!), options);
    }

    private static McpServerPrompt Prompt(Module module, MethodInfo method, IServiceProvider services, Func<ToolAddress, string> name)
    {
        var ownName = ToolNames.Fit(method.GetCustomAttribute<McpServerPromptAttribute>()!.Name ?? method.Name);
        var address = new ToolAddress(module.Name, ownName, ToolNames.OfModule(module.Name, ownName), module.Version);
        var options = new McpServerPromptCreateOptions { Name = name(address), Services = services, Metadata = [address] };

        return Target(module, method) is { } target ? McpServerPrompt.Create(method, target, options)
            : McpServerPrompt.Create(method, request => ActivatorUtilities.CreateInstance(request.Services!, method.DeclaringType!), options);
    }

    private static McpServerResource Resource(Module module, MethodInfo method, IServiceProvider services)
    {
        var options = new McpServerResourceCreateOptions
        {
            Services = services,
            Metadata = [new ToolAddress(module.Name, method.Name, method.Name, module.Version)],
        };

        return Target(module, method) is { } target ? McpServerResource.Create(method, target, options)
            : McpServerResource.Create(method, request => ActivatorUtilities.CreateInstance(request.Services!, method.DeclaringType!), options);
    }

    /// <summary>The module itself for its own methods; a static method needs none and takes any.</summary>
    private static Module? Target(Module module, MethodInfo method) =>
        method.IsStatic || method.DeclaringType!.IsInstanceOfType(module) ? module : null;
}
