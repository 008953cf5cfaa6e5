namespace ServiceDefaults.Resilience;

/// <summary>
/// Stops waiting for a call whether or not it notices. PostgreSQL's driver asks the server to cancel and waits for that, on the
/// thread that cancels: with a server that hangs, a shutdown would hang with it.
/// </summary>
public static class Abandon
{
    /// <exception cref="TimeoutException">It took longer.</exception>
    /// <exception cref="OperationCanceledException">The caller does not want it any more.</exception>
    public static async Task<T> After<T>(TimeSpan patience, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ending = new CancellationTokenSource(); // never disposed: the abandoned call may still look at it
        try
        {
            return await call(ending.Token).WaitAsync(patience, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _ = ending.CancelAsync();
            throw;
        }
    }

    /// <summary>The same for a call that may take as long as its caller wants.</summary>
    public static Task<T> OnRequest<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        After(Timeout.InfiniteTimeSpan, call, cancellationToken);
}
