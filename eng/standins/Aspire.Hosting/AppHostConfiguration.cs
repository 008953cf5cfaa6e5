using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Where the AppHost's configuration comes from, weakest first: files, user secrets, environment, command line.</summary>
internal static class AppHostConfiguration
{
    public static void AddTo(HostApplicationBuilder host, UserSecrets secrets, string[] args, Dictionary<string, string> switches)
    {
        var configuration = host.Configuration;
        var given = configuration.Sources.ToList();
        configuration.Sources.Clear();

        // Loading once, not watching: a change of a file must not change half of a running application.
        configuration.AddJsonFile(Path.Combine(host.Environment.ContentRootPath, "appsettings.json"), optional: true, reloadOnChange: false);
        configuration.AddJsonFile(
            Path.Combine(host.Environment.ContentRootPath, $"appsettings.{host.Environment.EnvironmentName}.json"), optional: true, reloadOnChange: false);

        if (host.Environment.IsDevelopment() && secrets.Path is { } path)
        {
            configuration.AddJsonFile(path, optional: true, reloadOnChange: false);
        }

        configuration.AddEnvironmentVariables("DOTNET_");
        configuration.AddEnvironmentVariables();
        given.ForEach(configuration.Sources.Add);
        configuration.AddCommandLine(args, switches);

        host.Logging.AddSimpleConsole();
        host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // A start that fails is told in one line by DistributedApplication.RunAsync, without the host's stack trace before it.
        host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        host.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
    }

    /// <summary>The name of the environment, which must be known before the files that depend on it are read; null for Production.</summary>
    public static string? EnvironmentOf(string[] args) =>
        new ConfigurationBuilder().AddCommandLine(args).Build()["environment"]
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("ASPIRE_ENVIRONMENT");

    public static DistributedApplicationOperation OperationOf(IConfiguration configuration)
    {
        var publishes = !string.IsNullOrEmpty(configuration["Publishing:Publisher"])
            || string.Equals(configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase);

        return publishes ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run;
    }
}
