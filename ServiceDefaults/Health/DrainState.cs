using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Health;

/// <summary>Whether this instance is on its way out: not ready for new work, but finishing what it has (S-172).</summary>
public sealed class DrainState
{
    private volatile bool _asked;
    private volatile bool _stopping;

    public DrainState(IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.Register(() => _stopping = true);

    public bool IsDraining => _asked || _stopping;

    /// <summary>From now on the instance says that it is not ready.</summary>
    public void Drain() => _asked = true;

    /// <summary>Takes <see cref="Drain"/> back. An instance that is stopping drains on.</summary>
    public void Resume() => _asked = false;
}
