namespace Aspire.StackExchange.Redis;

/// <summary>How one Redis connection is set up; read from the configuration, then handed to the caller's delegate.</summary>
public sealed class StackExchangeRedisSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    /// <summary>False: the connection is made when the host starts, not when somebody first asks for it.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}
