using System.ComponentModel;
using McpModules;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Modules;

/// <summary>A module as a user would write one, with tools that misbehave on demand.</summary>
[McpServerToolType]
internal sealed class ProbeModule : Module
{
    private int _checks;

    public override string Name => "probe";

    public override string Version => "2.1.0";

    public override IReadOnlyList<Type> ResourceTypes => [GetType()];

    public bool IsRunning { get; private set; }

    public string? Ailment { get; set; }

    /// <summary>What its checks wait for from now on, deaf to their token.</summary>
    public TaskCompletionSource<ModuleHealth>? Hang { get; set; }

    /// <summary>What <c>linger</c> waits for when it is told to stop, as a driver does that first has to reach its server.</summary>
    public ManualResetEventSlim? SlowToStop { get; set; }

    public int Checks => _checks;

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task StartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        IsRunning = true;
        return Task.CompletedTask;
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        IsRunning = false;
        return Task.CompletedTask;
    }

    public override Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _checks);
        return Hang?.Task ?? Task.FromResult(Ailment is null ? ModuleHealth.Healthy : ModuleHealth.Unhealthy(Ailment));
    }

    [McpServerTool(Name = "hello", ReadOnly = true), Description("Greets.")]
    public static string Hello([Description("Who.")] string name) => $"Hello, {name}!";

    [McpServerTool(Name = "crash"), Description("Fails.")]
    public static string Crash() => throw new InvalidOperationException("the secret inside");

    [McpServerTool(Name = "refuse"), Description("Refuses.")]
    public static string Refuse() => throw new McpException("Pass a smaller number.");

    [McpServerTool(Name = "linger"), Description("Waits for its token.")]
    public async Task<string> LingerAsync(CancellationToken cancellationToken)
    {
        using var slow = SlowToStop is { } wait ? cancellationToken.Register(() => wait.Wait(CancellationToken.None)) : default;
        Entered.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cancelled.TrySetResult();
        cancellationToken.ThrowIfCancellationRequested();
        return "never";
    }

    [McpServerResource(UriTemplate = "probe://motto", Name = "motto"), Description("A motto.")]
    public static string Motto() => "Measure twice.";
}
