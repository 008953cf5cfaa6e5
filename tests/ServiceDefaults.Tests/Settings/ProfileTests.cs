using Microsoft.Extensions.Configuration;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Tests.Settings;

/// <summary>
/// The environment these tests themselves run in, over the shipped files. `./test.sh` runs them with MCP_ENV=production and
/// secrets of `generate-secrets` too.
/// </summary>
[Trait("Category", "Config")]
public sealed class ProfileTests
{
    private static readonly string Profile =
        new[] { "MCP_ENV", "NODE_ENV", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT" }.Select(Environment.GetEnvironmentVariable).FirstOrDefault(name => !string.IsNullOrEmpty(name))
        ?? ServerOptions.Development;

    [Theory]
    [InlineData("gateway")]
    [InlineData("worker")]
    [InlineData("backup")]
    [Trait("Requirement", "S-376")]
    public void Each_service_would_start_in_the_profile_the_tests_run_in(string service)
    {
        var identity = service switch { "gateway" => ServiceIdentity.Gateway, "worker" => ServiceIdentity.Worker, _ => ServiceIdentity.Backup };

        var load = Load(identity);

        Assert.Empty(load.Errors);
        Assert.Equal(Profile.ToLowerInvariant(), load.Snapshot!.Environment);
        Assert.True(
            load.Snapshot.Get<ServerOptions>().IsDevelopment
            || !load.Snapshot.Report.Warnings.Any(warning => warning.Kind is SettingWarningKind.DevelopmentSecret or SettingWarningKind.DevelopmentDefault));
    }

    [Fact]
    [Trait("Requirement", "S-376")]
    public void The_file_of_the_profile_is_read()
    {
        var path = Repository.PathOf($"configs/{Profile.ToLowerInvariant()}.yaml");

        Assert.NotEmpty(YamlFile.Read(path));
        Assert.Contains(Load(ServiceIdentity.Gateway).Snapshot!.Settings, setting => setting.Source.StartsWith(path, StringComparison.Ordinal));
    }

    private static SettingsLoad Load(ServiceIdentity identity)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration["MCP_CONFIG_DIR"] = Repository.PathOf("configs");
        configuration["MCP_DATABASE_URL"] = "postgresql://mcp_app@localhost/mcpdb";
        return SettingsLoader.Load(SettingsInputs.From(configuration, Repository.PathOf("")), SettingsLoadScope.Service(identity, needsSecrets: true));
    }
}
