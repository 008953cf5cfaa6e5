using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What differs when an AppHost runs in a test. Arguments and configuration of the test win.</summary>
internal static class TestDefaults
{
    private const string StateKey = "LocalState";

    public static void Apply(Assembly appHost, string[] args, DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.AssemblyName = appHost.GetName().Name;
        options.Args = [.. (options.Args ?? []).Except(args, StringComparer.Ordinal), .. args];
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        settings.ApplicationName = options.AssemblyName;
        settings.EnvironmentName = Environments.Development;

        var folder = appHost.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => string.Equals(metadata.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value;
        settings.ContentRootPath = Directory.Exists(folder) ? folder : settings.ContentRootPath;
        settings.Configuration ??= new ConfigurationManager();

        var given = new ConfigurationBuilder().AddConfiguration(settings.Configuration).AddCommandLine(options.Args).Build();
        settings.Configuration.AddInMemoryCollection(Defaults(folder).Where(setting => given[setting.Key] is null));
    }

    public static void Apply(DistributedApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(() => new ReconnectingHandler()));

        if (builder.Configuration[StateKey] is null)
        {
            // Parallel test hosts must not share databases, logs or the lock.
            var state = new TestState();
            builder.Configuration[StateKey] = state.Folder;
            builder.Services.AddSingleton(_ => state);
        }
    }

    private static Dictionary<string, string?> Defaults(string? folder)
    {
        var defaults = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["DcpPublisher:RandomizePorts"] = "true",
            ["ASPNETCORE_URLS"] = "http://localhost:8080",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:4317",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
            ["LocalTerminal"] = "false",
        };

        var profile = folder is null ? default : LaunchProfiles.ReadFolder(folder)?.Profiles.FirstOrDefault() ?? default;

        if (profile.Value is not null)
        {
            defaults["DOTNET_LAUNCH_PROFILE"] = profile.Key;

            foreach (var (name, value) in profile.Value.EnvironmentVariables)
            {
                defaults.TryAdd(name, value);
            }
        }

        return defaults;
    }
}
