namespace McpWorker.Tests.Hosting;

/// <summary>Waits for what only looking tells.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(within ?? TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }
    }
}
