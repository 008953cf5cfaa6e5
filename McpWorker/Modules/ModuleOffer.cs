using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpWorker.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Module = McpModules.Module;

namespace McpWorker.Modules;

/// <summary>Finds a module's tools, prompts and resources by their attributes.</summary>
internal static class ModuleOffer
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    /// <summary>Results speak like arguments: <c>media_type</c>, not <c>mediaType</c>.</summary>
    // Results are read by models, never pasted into HTML: `\u003E` for `>` would cost tokens and understanding.
    public static JsonSerializerOptions Json { get; } = new(McpJsonUtilities.DefaultOptions)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="InvalidOperationException">Two of its tools have one name, or a schema or version of one cannot be used; the message names it.</exception>
    public static Offer Of(Module module, IServiceProvider services) => new()
    {
        IsFederated = module.IsFederated,
        Tools = [.. ToolVersions.Of(module, MethodsWith<McpServerToolAttribute>(module.ToolTypes)).Select(tool => ModuleTools.Create(module, tool, services))],
        Prompts = [.. MethodsWith<McpServerPromptAttribute>(module.PromptTypes).Select(method => Prompt(module, method, services))],
        Resources = [.. MethodsWith<McpServerResourceAttribute>(module.ResourceTypes).Select(method => Resource(module, method, services))],
        ListMore = HasMoreResources(module) ? cancellationToken => module.ListResourcesAsync(services, cancellationToken) : null,
        Complete = async (request, cancellationToken) => new CompleteResult
        {
            Completion = await module.CompleteAsync(request.Params, services, cancellationToken) ?? new Completion(),
        },
    };

    /// <summary>The module itself for its own methods; a static method needs none and takes any.</summary>
    public static Module? Target(Module module, MethodInfo method) =>
        method.IsStatic || method.DeclaringType!.IsInstanceOfType(module) ? module : null;

    private static bool HasMoreResources(Module module) =>
        module.GetType().GetMethod(nameof(Module.ListResourcesAsync))!.DeclaringType != typeof(Module);

    private static IEnumerable<MethodInfo> MethodsWith<TAttribute>(IReadOnlyList<Type> types)
        where TAttribute : Attribute =>
        types.SelectMany(type => type.GetMethods(Any)).Where(method => method.IsDefined(typeof(TAttribute)));

    private static Named<McpServerPrompt> Prompt(Module module, MethodInfo method, IServiceProvider services)
    {
        var ownName = ToolNames.Fit(method.GetCustomAttribute<McpServerPromptAttribute>()!.Name ?? method.Name);
        var address = new ToolAddress(module.Name, ownName, ToolNames.OfModule(module.Name, ownName), module.Version);
        return new(Create(address.Name), Create(address.FederatedName));

        McpServerPrompt Create(string name)
        {
            var options = new McpServerPromptCreateOptions { Name = name, Services = services, SerializerOptions = Json, Metadata = [address] };
            return Target(module, method) is { } target ? McpServerPrompt.Create(method, target, options)
                : McpServerPrompt.Create(method, request => ActivatorUtilities.CreateInstance(request.Services!, method.DeclaringType!), options);
        }
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
}
