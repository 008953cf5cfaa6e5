namespace ServiceDefaults.Database;

/// <summary>The PostgreSQL of every container image: AppHost, Dockerfiles, compose and Kubernetes say the same, and tests hold them to it.</summary>
public static class PostgresRelease
{
    /// <summary>Major version. Native servers may be older, down to <see cref="OldestNative"/>.</summary>
    public const int Containers = 17;

    /// <summary>Oldest major version a server on the machine may have.</summary>
    public const int OldestNative = 15;
}
