namespace McpWorker.Tools.Subscriptions;

/// <summary>Something a subscriber is told.</summary>
/// <param name="Uri">The resource that changed; null: the page did.</param>
internal readonly record struct Notice(string? Uri)
{
    public static Notice PageChanged { get; } = new((string?)null);
}
