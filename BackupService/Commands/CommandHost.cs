using BackupService.Encryption;
using BackupService.Postgres;
using BackupService.Sets;
using Microsoft.Extensions.Options;
using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Commands;

/// <summary>Runs a verb with the service's settings and parts. Results go to stdout, everything else to stderr.</summary>
internal static class CommandHost
{
    public static async Task<int> RunAsync(
        Func<IServiceProvider, CancellationToken, Task<int>> verb, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var builder = Host.CreateApplicationBuilder();
            builder.AddSettings(ServiceIdentity.Backup, requireSecrets: false);
            builder.Logging.ClearProviders();
            builder.AddNpgsqlDataSource(ResourceNames.Database);
            builder.AddEncryption();
            builder.AddPostgres();
            builder.AddSets();

            using var host = builder.Build();
            _ = host.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
            return await verb(host.Services, cancellationToken);
        }
        catch (Exception exception) when (exception is not SettingsException)
        {
            // The last line of defence of a command line: every failure but refused settings,
            // which all verbs report alike, becomes one sentence and its exit code.
            var failure = BackupException.From(exception);
            await error.WriteLineAsync(failure.Message);
            return (int)failure.Failure;
        }
    }
}
