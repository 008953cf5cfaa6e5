namespace AppHost;

/// <summary>What every PostgreSQL of ours is told at start, container or native.</summary>
internal static class PostgresSettings
{
    /// <summary>
    /// S-331's seven (shared_buffers and wal_buffers need a restart, hence arguments), the statement statistics of S-311,
    /// and what point-in-time recovery asks of the primary: a slot that is not read may hold back 4 GB, not the whole disk.
    /// 4 workers, gateway and backup hold up to 60 connections each at their busiest.
    /// </summary>
    public static string[] ServerOptions { get; } =
    [
        "-c", "shared_buffers=256MB",
        "-c", "effective_cache_size=1GB",
        "-c", "maintenance_work_mem=64MB",
        "-c", "checkpoint_completion_target=0.9",
        "-c", "wal_buffers=16MB",
        "-c", "default_statistics_target=100",
        "-c", "random_page_cost=1.1",
        "-c", "shared_preload_libraries=pg_stat_statements",
        "-c", "wal_level=replica",
        "-c", "max_slot_wal_keep_size=4GB",
        "-c", "max_connections=400",
    ];
}
