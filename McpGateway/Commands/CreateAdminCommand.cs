using System.CommandLine;
using McpGateway.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults;
using ServiceDefaults.Commands;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Commands;

/// <summary>The verb <c>create-admin</c>: an API key that may do everything, shown once (S-072).</summary>
internal static class CreateAdminCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "What the key is for.", DefaultValueFactory = _ => "admin" };
        var output = new Option<string?>("--out") { Description = "File (made with mode 0600, never replaced) for the key; without it the key is printed." };
        var command = new Command(
            "create-admin",
            $"Makes the user admin if needed and an API key of its that may do everything. Exit codes: 0 done, {ServiceCommands.Failed} failed, {SettingsFailure.ExitCode} settings refused.")
        {
            name,
            output,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(name)!, parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string name, string? path, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (path is not null && File.Exists(path))
        {
            await error.WriteLineAsync($"{path} exists. Name another file, or remove it first.");
            return ServiceCommands.Failed;
        }

        var builder = Host.CreateApplicationBuilder([.. parsed.UnmatchedTokens]);
        builder.AddSettings(ServiceIdentity.Gateway);
        using var host = builder.Build();
        await using var database = NpgsqlDataSource.Create(builder.Configuration.GetConnectionString(ResourceNames.Database)!);
        var hasher = new ApiKeyHasher(host.Services.GetRequiredService<IOptions<AuthenticationOptions>>());
        try
        {
            var key = await new AdminAccount(database, hasher, TimeProvider.System).CreateKeyAsync(name, limit: null, isBootstrap: false, cancellationToken);
            if (path is null)
            {
                await output.WriteLineAsync(key);
            }
            else
            {
                PrivateFile.Create(path, key + "\n");
                await output.WriteLineAsync($"The key is in {path}. It cannot be shown again.");
            }

            return 0;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"No key was handed out: {exception.Message}");
            return ServiceCommands.Failed;
        }
    }
}
