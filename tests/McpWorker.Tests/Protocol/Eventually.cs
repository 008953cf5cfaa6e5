namespace McpWorker.Tests.Protocol;

/// <summary>Waits for what happens by itself a moment later.</summary>
internal static class Eventually
{
    private const int Attempts = 1500;

    public static async Task BecomesAsync<T>(T expected, Func<T> current)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var attempt = 0; attempt < Attempts && !Equals(expected, current()); attempt++)
        {
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, current());
    }
}
