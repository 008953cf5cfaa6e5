using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ServiceDefaults.Health;

namespace BackupService.Postgres;

/// <summary>Not ready while the client tools are missing or older than the server (S-276); the reason says what to install.</summary>
internal sealed class ClientToolsCheck(SourceDatabase source, PostgresTools tools) : IHealthCheck
{
    // The server's version changes only with a restart of it, so one answer a connection's life is enough.
    private int? _serverMajor;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var major = await ServerMajorAsync(cancellationToken);
            var found = await tools.FindAsync(major, cancellationToken);
            return HealthCheckResult.Healthy($"pg_dump {found.Version} for PostgreSQL {major}");
        }
        catch (BackupException exception) when (exception.Failure == BackupFailure.Configuration)
        {
            return PublicReason.Unhealthy(exception.Message);
        }
        catch (BackupException exception)
        {
            // Names the server's address: for the log alone.
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }

    private async Task<int> ServerMajorAsync(CancellationToken cancellationToken)
    {
        if (_serverMajor is { } known)
        {
            return known;
        }

        await using NpgsqlConnection connection = await source.OpenAsync(cancellationToken);
        _serverMajor = connection.PostgreSqlVersion.Major;
        return connection.PostgreSqlVersion.Major;
    }
}
