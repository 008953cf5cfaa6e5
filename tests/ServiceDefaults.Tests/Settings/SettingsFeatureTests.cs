using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class SettingsFeatureTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Fact]
    public void Options_and_connection_strings_are_there_for_the_whole_application()
    {
        var builder = Build("--MCP_MODULE_TIMEOUT=7", "--MCP_DATABASE_URL=postgresql://u:p@h/d", "--MCP_REDIS_URL=redis://cache/1");
        using var services = builder.Services.BuildServiceProvider();

        Assert.Equal(7, services.GetRequiredService<IOptions<ModuleOptions>>().Value.TimeoutSeconds);
        Assert.Equal(7, services.GetRequiredService<IOptionsMonitor<ModuleOptions>>().CurrentValue.TimeoutSeconds);
        Assert.Contains("Host=h", builder.Configuration.GetConnectionString("mcpdb"), StringComparison.Ordinal);
        Assert.StartsWith("cache:6379,defaultDatabase=1", builder.Configuration.GetConnectionString("redis"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_may_still_configure_an_option_itself()
    {
        var builder = Build();
        builder.Services.Configure<ModuleOptions>(options => options.TimeoutSeconds = 3);
        using var services = builder.Services.BuildServiceProvider();

        Assert.Equal(3, services.GetRequiredService<IOptions<ModuleOptions>>().Value.TimeoutSeconds);
    }

    [Fact]
    public void Monitors_see_the_snapshot_that_takes_the_place_of_another()
    {
        using var services = Build("--MCP_MODULE_TIMEOUT=7").Services.BuildServiceProvider();
        var monitor = services.GetRequiredService<IOptionsMonitor<ModuleOptions>>();
        var seen = new List<int>();
        using var watch = monitor.OnChange(options => seen.Add(options.TimeoutSeconds));

        services.GetRequiredService<SettingsStore>().Replace(_settings.Environment("MCP_MODULE_TIMEOUT", "8").Snapshot());
        services.GetRequiredService<SettingsStore>().Replace(_settings.Environment("MCP_MODULE_TIMEOUT", "9").Snapshot());

        Assert.Equal(9, monitor.CurrentValue.TimeoutSeconds);
        Assert.Equal([8, 9], seen);
    }

    [Theory]
    [InlineData("production", "Production")]
    [InlineData("development", "Development")]
    public void The_hosts_environment_is_named_after_ours(string environment, string expected)
    {
        var builder = Build(
            $"--MCP_ENV={environment}", $"--MCP_JWT_SECRET={SettingsFixture.Secrets.Jwt}", $"--MCP_INTERNAL_SECRET={SettingsFixture.Secrets.Internal}",
            "--MCP_DATABASE_URL=postgresql://u@h/d");
        using var services = builder.Services.BuildServiceProvider();

        Assert.Equal(expected, builder.Environment.EnvironmentName);
        Assert.Equal(expected, services.GetRequiredService<IHostEnvironment>().EnvironmentName);
    }

    [Fact]
    [Trait("Requirement", "S-045")]
    public void Refused_settings_reach_whoever_starts_the_service_in_memory()
    {
        var exception = Assert.Throws<SettingsException>(() => Build("--MCP_PORT=abc"));

        Assert.Equal("MCP_PORT", Assert.Single(exception.Errors).Key);
        Assert.Contains("MCP_PORT: 'abc' is not a whole number (command line --MCP_PORT)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_call_changes_nothing()
    {
        var builder = Build();
        var services = builder.Services.Count;

        builder.AddSettings(ServiceIdentity.Gateway);

        Assert.Equal(services, builder.Services.Count);
    }

    [Fact]
    public async Task Remarks_of_the_load_are_logged_once_the_host_has_started()
    {
        var builder = Build("--MCP_PROT=1");
        builder.WebHost.UseTestServer();
        var log = new RecordedLog();
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(log);
        await using var app = builder.Build();

        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.Contains(log.Events, entry => entry.Name == "unknown_setting" && entry.Text.Contains("Did you mean MCP_PORT?", StringComparison.Ordinal));
        Assert.Contains(log.Events, entry => entry.Name == "development_secret" && entry.Text.Contains("MCP_JWT_SECRET", StringComparison.Ordinal));
        Assert.Contains(log.Events, entry => entry.Name == "development_default");
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("max", -1)]
    [Trait("Requirement", "S-021")]
    public void The_AppHost_reads_replicas_without_secrets_or_addresses(string workers, int expected)
    {
        _settings.Environment("MCP_ENV", "production").Environment("MCP_WORKERS", workers).Environment("MCP_GATEWAYS", "3");

        var server = SettingsFeature.LoadForAppHost(Configured(), _settings.Root).Get<ServerOptions>();

        Assert.Equal(expected < 0 ? Environment.ProcessorCount : expected, server.WorkerReplicas);
        Assert.Equal(3, server.Gateways);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [Trait("Requirement", "S-021")]
    public void The_AppHost_refuses_replicas_that_are_none(string workers)
    {
        _settings.Environment("MCP_WORKERS", workers);

        var exception = Assert.Throws<SettingsException>(() => SettingsFeature.LoadForAppHost(Configured(), _settings.Root));

        Assert.Equal("MCP_WORKERS", Assert.Single(exception.Errors).Key);
    }

    [Fact]
    [Trait("Requirement", "S-045")]
    public void A_failing_process_writes_one_JSON_object_a_line()
    {
        _settings.Environment("MCP_PORT", "abc").Environment("MCP_AUTH_MODE", "foo");
        using var output = new StringWriter();

        var code = SettingsFailure.Report(_settings.Load().Errors, output, TimeProvider.System);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((78, 2), (code, lines.Length));
        var first = System.Text.Json.JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("invalid_setting", first.GetProperty("event").GetString());
        Assert.Equal("Error", first.GetProperty("level").GetString());
        Assert.Equal("MCP_PORT", first.GetProperty("key").GetString());
        Assert.Equal("environment variable MCP_PORT", first.GetProperty("source").GetString());
        Assert.Equal(TimeSpan.Zero, first.GetProperty("timestamp").GetDateTimeOffset().Offset);
        Assert.All(["problem", "cure"], name => Assert.NotEmpty(first.GetProperty(name).GetString()!));
    }

    [Fact]
    public void The_folder_is_found_above_the_executable()
    {
        var deep = Directory.CreateDirectory(Path.Combine(_settings.Root, "artifacts", "bin", "x")).FullName;
        _settings.Yaml("config.yaml", "modules: {timeout: 12}");

        var load = SettingsLoader.Load(
            ServiceDefaults.Settings.Layers.SettingsInputs.From(_settings.Configuration(), contentRoot: deep, baseDirectory: deep),
            SettingsLoadScope.Service(ServiceIdentity.Gateway, needsSecrets: true));

        Assert.Equal(12, load.Require().Get<ModuleOptions>().TimeoutSeconds);
    }

    private WebApplicationBuilder Build(params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder([$"--MCP_CONFIG_DIR={_settings.Configs}", $"--MCP_ENV={ServerOptions.Development}", .. arguments]);
        WithoutProcessEnvironment(builder.Configuration);
        builder.AddSettings(ServiceIdentity.Gateway);
        return builder;
    }

    /// <summary>Whoever runs the tests may have secrets in it.</summary>
    private static void WithoutProcessEnvironment(ConfigurationManager configuration)
    {
        var sources = ((IConfigurationBuilder)configuration).Sources;
        foreach (var source in sources.OfType<EnvironmentVariablesConfigurationSource>().ToList())
        {
            sources.Remove(source);
        }
    }

    private IConfigurationRoot Configured() => _settings.Configuration();
}
