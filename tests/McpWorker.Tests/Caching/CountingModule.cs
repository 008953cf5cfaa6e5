using System.ComponentModel;
using System.Security.Claims;
using McpModules;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Caching;

/// <summary>A module whose results tell how often they were computed.</summary>
[McpServerToolType]
internal sealed class CountingModule : Module
{
    private int _runs;

    public override string Name => "count";

    public int Runs => _runs;

    public TaskCompletionSource? Hold { get; set; }

    [McpServerTool(Name = "shared", ReadOnly = true), Cached(Scope = CacheScope.Everyone), Description("The same for everybody.")]
    public async Task<string> SharedAsync([Description("Any.")] string about, CancellationToken cancellationToken)
    {
        var run = Interlocked.Increment(ref _runs);
        await (Hold?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        return $"{about} {run}";
    }

    [McpServerTool(Name = "own", ReadOnly = true), Cached, Description("The caller's own.")]
    public string Own(ClaimsPrincipal caller) => $"{caller.FindFirstValue(ClaimTypes.NameIdentifier)} {Interlocked.Increment(ref _runs)}";

    [McpServerTool(Name = "granted", ReadOnly = true), Cached(Scope = CacheScope.Permissions), Description("By permissions.")]
    public string Granted() => $"{Interlocked.Increment(ref _runs)}";

    [McpServerTool(Name = "fail", ReadOnly = true), Cached(Scope = CacheScope.Everyone), Description("Fails.")]
    public string Fail() => throw new McpException($"Attempt {Interlocked.Increment(ref _runs)}.");

    [McpServerTool(Name = "large", ReadOnly = true), Cached(Scope = CacheScope.Everyone), Description("Large.")]
    public string Large() => $"{Interlocked.Increment(ref _runs)} {new string('x', 300_000)}";

    [McpServerTool(Name = "write"), Description("Changes something.")]
    public static string Write() => "written";
}
