using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;

namespace McpModules;

/// <summary>
/// Something that offers tools, in one class. A worker starts it when <c>MCP_MODULES_ENABLED</c> names it, serves its
/// tools on <c>/mcp</c> as <c>name_tool</c> and on <c>/mcp/name</c> under their own names, and stops it when the setting
/// names it no more, or at shutdown.
/// </summary>
/// <remarks>
/// Tools are methods with the SDK's <c>[McpServerTool]</c>; their JSON schema comes from the signature and from
/// <c>[Description]</c>. Parameters that are services, <see cref="CancellationToken"/>, <c>ClaimsPrincipal</c> (the
/// caller) or <c>IProgress&lt;ProgressNotificationValue&gt;</c> are filled in and stay out of the schema. Bounds are
/// published and enforced: a call whose arguments break <c>[Range]</c>, <c>[StringLength]</c> or the type, or that has an
/// argument nobody asked for, never reaches the tool. A tool that throws <c>ModelContextProtocol.McpException</c> tells its
/// message to the caller; of any other exception the caller learns the request id only. Results that are objects are told
/// in snake_case. One instance serves all calls at once, at most <c>MCP_MODULE_MAX_CONCURRENCY</c>.
/// </remarks>
/// <example>
/// <code>
/// [McpServerToolType]
/// public sealed class GreetingModule : Module
/// {
///     public override string Name => "greeting";
///
///     [McpServerTool(Name = "hello", ReadOnly = true), Description("Greets somebody by name.")]
///     public static string Hello([Description("Who to greet.")] string name) => $"Hello, {name}!";
/// }
/// </code>
/// </example>
public abstract class Module
{
    /// <summary>What settings, tool names and permissions call it: 1 to 24 of <c>a-z 0-9 -</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Semantic version, told in metrics. Default: that of the assembly.</summary>
    public virtual string Version =>
        GetType().Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Classes that hold <c>[McpServerTool]</c> methods. Default: the module itself.</summary>
    public virtual IReadOnlyList<Type> ToolTypes => [GetType()];

    /// <summary>Classes that hold <c>[McpServerResource]</c> methods. Default: none.</summary>
    public virtual IReadOnlyList<Type> ResourceTypes => [];

    /// <summary>Classes that hold <c>[McpServerPrompt]</c> methods. Default: none.</summary>
    public virtual IReadOnlyList<Type> PromptTypes => [];

    /// <summary>Whether its tools are on <c>/mcp</c> among all others; if not, only on <c>/mcp/name</c>. Default: yes.</summary>
    public virtual bool IsFederated => true;

    /// <summary>Registers what the tools need. Called for every known module, also for one that is not enabled: register, do not connect.</summary>
    public virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>
    /// Called before the first tool call, and again when an operator enables the module again. At the worker's start an
    /// exception stops the worker; later it leaves this module out.
    /// </summary>
    public virtual Task StartAsync(IServiceProvider services, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after the last tool call, at shutdown or when an operator disables the module; also when it, or a later module, failed to start.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether its tools would work now. An unhealthy module degrades the worker and takes nobody else down.</summary>
    public virtual Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        Task.FromResult(ModuleHealth.Healthy);

    /// <summary>
    /// Suggests values for an argument of the module's prompts and resource templates. Null: it has no suggestions for this one.
    /// </summary>
    public virtual ValueTask<Completion?> CompleteAsync(CompleteRequestParams request, IServiceProvider services, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Completion?>(null);

    /// <summary>
    /// Resources that come and go with the module's data, newest first; those of <see cref="ResourceTypes"/> are listed anyway.
    /// A template among these must be able to read each of them.
    /// </summary>
    public virtual Task<IReadOnlyList<Resource>> ListResourcesAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Resource>>([]);
}
