namespace McpWorker.Tests.Servers;

/// <summary>For what happens soon, and tells nobody.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task UntilAsync(Func<bool> holds, CancellationToken cancellationToken) => UntilAsync(() => Task.FromResult(holds()), cancellationToken);

    public static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!await holds())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
