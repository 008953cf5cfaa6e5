using System.ComponentModel;
using McpModules;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Tools;

/// <summary>A module that fails as often as a test wants, and that blocks threads until it is told to stop.</summary>
[McpServerToolType]
internal sealed class FlakyModule : Module
{
    private int _attempts;
    private int _blocked;

    public override string Name => "flaky";

    public override IReadOnlyList<Type> ResourceTypes => [GetType()];

    public override IReadOnlyList<Type> PromptTypes => [GetType()];

    public int Failures { get; set; }

    public Func<Exception> Failure { get; set; } = () => new TransientException("The weather station is away.");

    public int Attempts => _attempts;

    public int Blocked => _blocked;

    public ManualResetEventSlim Release { get; } = new();

    [McpServerTool(Name = "read", ReadOnly = true), Description("Reads.")]
    public string Read() => Attempt();

    [McpServerTool(Name = "set", Idempotent = true), Description("Sets.")]
    public string Set() => Attempt();

    [McpServerTool(Name = "add"), Description("Adds.")]
    public string Add() => Attempt();

    [McpServerTool(Name = "block", ReadOnly = true), Description("Blocks its thread, deaf to everything.")]
    public string Block()
    {
        Interlocked.Increment(ref _blocked);
        Release.Wait(CancellationToken.None);
        return "free";
    }

    [McpServerResource(UriTemplate = "flaky://secret", Name = "secret"), Description("Fails.")]
    public static string Resource() => throw new InvalidOperationException("the secret inside");

    [McpServerResource(UriTemplate = "flaky://never", Name = "never"), Description("Never answers, deaf to everything.")]
    public static Task<string> Never() => new TaskCompletionSource<string>().Task;

    [McpServerPrompt(Name = "never"), Description("Never answers, deaf to everything.")]
    public static Task<string> NeverAsk() => new TaskCompletionSource<string>().Task;

    [McpServerPrompt(Name = "ask"), Description("Asks.")]
    public static string Prompt([Description("What.")] string what) => what switch
    {
        "crash" => throw new InvalidOperationException("the secret inside"),
        "refuse" => throw new McpException("Ask for something else."),
        _ => $"Tell me about {what}.",
    };

    private string Attempt() => Interlocked.Increment(ref _attempts) <= Failures ? throw Failure() : "done";
}
