namespace Aspire.Npgsql;

/// <summary>How one PostgreSQL connection is set up; read from the configuration, then handed to the caller's delegate.</summary>
public class NpgsqlSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }
}
