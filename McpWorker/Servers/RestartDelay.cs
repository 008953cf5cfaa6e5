namespace McpWorker.Servers;

/// <summary>Half a second at first, twice as long after each further failure, half a minute at most; from the beginning after a minute that went well.</summary>
internal sealed class RestartDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private int _failures;

    public bool IsFirst => _failures == 1;

    public bool HasJustBecomeLong => Of(_failures) == Longest && Of(_failures - 1) < Longest;

    public void LivedFor(TimeSpan lived) => _failures = lived >= Stable ? 0 : _failures;

    public TimeSpan Next() => Of(++_failures);

    private static TimeSpan Of(int failures) =>
        failures <= 0 ? TimeSpan.Zero : failures > 10 ? Longest : TimeSpan.FromTicks(Math.Min(First.Ticks << (failures - 1), Longest.Ticks));
}
