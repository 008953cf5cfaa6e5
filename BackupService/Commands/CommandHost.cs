using System.CommandLine;
using BackupService.Encryption;
using BackupService.Postgres;
using BackupService.Sets;
using Microsoft.Extensions.Options;
using ServiceDefaults;
using ServiceDefaults.Database;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Commands;

/// <summary>What a verb works with. Results go to <paramref name="Printer"/>, everything else to <paramref name="Error"/>.</summary>
internal sealed record VerbContext(IServiceProvider Services, ParseResult Arguments, SetPrinter Printer, TextWriter Error, CancellationToken CancellationToken)
{
    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();
}

/// <summary>Runs a verb with the service's settings and parts.</summary>
internal static class CommandHost
{
    public static void SetVerb(this Command command, Option<bool> json, Func<VerbContext, Task<int>> verb) =>
        command.SetAction((arguments, cancellationToken) =>
        {
            var console = arguments.InvocationConfiguration;
            var printer = new SetPrinter(console.Output, arguments.GetValue(json));
            return RunAsync(services => verb(new VerbContext(services, arguments, printer, console.Error, cancellationToken)), console.Error);
        });

    private static async Task<int> RunAsync(Func<IServiceProvider, Task<int>> verb, TextWriter error)
    {
        try
        {
            var builder = Host.CreateApplicationBuilder();
            builder.AddSettings(ServiceIdentity.Backup, requireSecrets: false);
            builder.Logging.ClearProviders();
            builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name);
            builder.AddEncryption();
            builder.AddPostgres();
            builder.AddSets();

            using var host = builder.Build();
            _ = host.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
            return await verb(host.Services);
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
