using System.CommandLine;
using ServiceDefaults;
using ServiceDefaults.Commands;

namespace McpGateway.Commands;

/// <summary>The gateway's verbs beside those every service has.</summary>
internal static class CommandsFeature
{
    public static Command[] Verbs() =>
    [
        MigrateCommand.Create(ServiceIdentity.Gateway, BootstrapAdmin.EnsureAsync),
        CreateAdminCommand.Create(),
        GenerateSecretsCommand.Create(),
    ];
}
