namespace StandIns.Tests.Orchestration;

/// <summary>Waits for what another process does and cannot announce.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, string because, TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within ?? TimeSpan.FromSeconds(20));

        while (!condition())
        {
            try
            {
                await Task.Delay(20, limit.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                Assert.Fail($"Not in time: {because}");
            }
        }
    }

    public static bool IsAlive(int processId) =>
        Directory.Exists($"/proc/{processId}") && !File.ReadAllText($"/proc/{processId}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
}
