namespace ServiceDefaults.Instances;

/// <summary>A running process of one of the services, as it reported itself.</summary>
/// <param name="Id">Unique per process start, for example <c>worker-4f0c2a91</c>.</param>
/// <param name="Service">Service name of <see cref="ServiceIdentity"/>.</param>
/// <param name="Address">Base address others reach it at, without a trailing slash.</param>
/// <param name="MetricsAddress">URL of its metrics endpoint, path included; empty when it has none.</param>
/// <param name="LastHeartbeat">When it was last heard of, by the clock of the store that heard it.</param>
public sealed record Instance(
    string Id,
    string Service,
    string Address,
    string MetricsAddress,
    string Version,
    string State,
    DateTimeOffset StartedAt,
    DateTimeOffset LastHeartbeat)
{
    /// <summary>Serving, and meant to get calls.</summary>
    public const string Ready = "ready";

    /// <summary>Finishing what it has; new calls go to others where there are any.</summary>
    public const string Draining = "draining";

    /// <summary>Known from the settings only; it has not reported itself.</summary>
    public const string Seed = "seed";
}
