using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Health;

/// <summary>Whether this instance is on its way out: not ready for new work, but finishing what it has (S-172).</summary>
public sealed class DrainState
{
    private volatile bool _draining;

    public DrainState(IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.Register(() => _draining = true);

    public bool IsDraining => _draining;

    /// <summary>From now on the instance says that it is not ready.</summary>
    public void Drain() => _draining = true;
}
