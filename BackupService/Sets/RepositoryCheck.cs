using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServiceDefaults.Health;

namespace BackupService.Sets;

/// <summary>Not ready while the backup directory cannot be written or belongs to another passphrase.</summary>
internal sealed class RepositoryCheck(BackupRepository repository) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            repository.EnsureWritable();
            if (repository.Exists)
            {
                repository.Open();
            }

            return Task.FromResult(HealthCheckResult.Healthy(repository.Root));
        }
        catch (BackupException exception)
        {
            return Task.FromResult(PublicReason.Unhealthy(exception.Failure switch
            {
                BackupFailure.Configuration => "the backup directory cannot be written",
                BackupFailure.WrongKey => "the backup repository was made with another passphrase",
                BackupFailure.DiskFull => "the disk of the backup directory is full",
                _ => "the backup repository is damaged",
            }));
        }
    }
}
