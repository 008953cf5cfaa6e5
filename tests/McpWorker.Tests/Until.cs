namespace McpWorker.Tests;

/// <summary>Waits for what happens a moment later and tells nobody.</summary>
internal static class Until
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> holds, TimeSpan? within = null) => TrueAsync(() => Task.FromResult(holds()), within);

    public static async Task TrueAsync(Func<Task<bool>> holds, TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(within ?? TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(LookEvery, patience.Token);
        }
    }

    /// <summary>Fails with the value it had last.</summary>
    public static async Task EqualAsync<T>(T expected, Func<T> current)
    {
        for (var left = TimeSpan.FromSeconds(30); left > TimeSpan.Zero && !Equals(expected, current()); left -= LookEvery)
        {
            await Task.Delay(LookEvery, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, current());
    }
}
