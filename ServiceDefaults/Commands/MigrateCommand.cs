using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Database;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Commands;

/// <summary>What a verb that follows the migrations may use.</summary>
/// <param name="ConnectionString">The one that migrated, so it may do everything.</param>
/// <param name="Services">Holds the settings.</param>
public sealed record MigratedDatabase(string ConnectionString, IServiceProvider Services, TextWriter Output);

/// <summary>The verb <c>migrate</c>: brings the database to the schema this version needs (S-305).</summary>
public static class MigrateCommand
{
    /// <param name="afterwards">The service's own step after the last migration, for example a first administrator.</param>
    public static Command Create(
        ServiceIdentity identity, Func<MigratedDatabase, CancellationToken, Task>? afterwards = null)
    {
        var migrate = new Command(
            "migrate",
            $"Applies the schema changes the database lacks and makes the roles the services connect as. "
            + $"Exit codes: 0 the schema is up to date, {ServiceCommands.Failed} it could not be brought there, {SettingsFailure.ExitCode} settings refused.")
        {
            // Settings are given here as to the service itself, for example --MCP_DATABASE_URL=….
            TreatUnmatchedTokensAsErrors = false,
        };
        migrate.SetAction((parsed, cancellationToken) => RunAsync(parsed, identity, afterwards, cancellationToken));
        return migrate;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, ServiceIdentity identity, Func<MigratedDatabase, CancellationToken, Task>? afterwards, CancellationToken cancellationToken)
    {
        var output = parsed.InvocationConfiguration.Output;
        var builder = Host.CreateApplicationBuilder([.. parsed.UnmatchedTokens]);
        builder.AddSettings(identity, requireSecrets: false);
        using var host = builder.Build();
        try
        {
            var connectionString = builder.Configuration.GetConnectionString(ResourceNames.Database) ?? throw new MigrationException(
                $"No database is given: set ConnectionStrings__{ResourceNames.Database} or MCP_DATABASE_URL.");
            var passwords = RolePasswords.From(host.Services.GetRequiredService<IOptions<DatabaseOptions>>().Value);
            var outcome = await new Migrator().MigrateAsync(
                connectionString, passwords, migration => output.WriteLine($"Applied {migration}"), cancellationToken);
            await DescribeAsync(outcome, output);

            if (afterwards is not null)
            {
                await afterwards(new MigratedDatabase(connectionString, host.Services, output), cancellationToken);
            }

            return 0;
        }
        catch (MigrationException exception)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message);
            return ServiceCommands.Failed;
        }
    }

    private static async Task DescribeAsync(MigrationOutcome outcome, TextWriter output)
    {
        foreach (var notice in outcome.Notices)
        {
            await output.WriteLineAsync(notice);
        }

        if (outcome.Unknown.Count > 0)
        {
            await output.WriteLineAsync(
                $"The database is newer than this version ({ProductVersion.Current}): it also has {string.Join(", ", outcome.Unknown)}. This version works with it.");
        }

        await output.WriteLineAsync(outcome.Applied.Count > 0
            ? $"The schema is up to date: {outcome.Applied.Count} migrations applied."
            : "The schema is up to date: nothing to apply.");
    }
}
