using System.CommandLine;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Configuration;
using ServiceDefaults.Listeners;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Commands;

/// <summary>
/// <c>--healthcheck</c>: asks the service that runs here whether it is alive, for container images without curl.
/// </summary>
internal sealed class HealthCheckProbe(ServiceIdentity identity) : AsynchronousCommandLineAction
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Option Option(string name, ServiceIdentity identity) => new Option<bool>(name)
    {
        Description = "Asks the service running here for /health/live; exit codes: 0 alive, 1 not.",
        Action = new HealthCheckProbe(identity),
    };

    public override async Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
    {
        var address = new Uri(Plan().Loopback(), "/health/live");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(address, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return 0;
            }

            await parseResult.InvocationConfiguration.Error.WriteLineAsync($"{address} answered {(int)answer.StatusCode}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await parseResult.InvocationConfiguration.Error.WriteLineAsync($"{address} did not answer: {exception.Message}");
        }

        return ServiceCommands.Failed;
    }

    /// <summary>The container's environment says where the service beside this process listens.</summary>
    private ListenPlan Plan()
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build();
        var settings = SettingsFeature.Load(identity, configuration, Directory.GetCurrentDirectory(), requireSecrets: false);
        return ListenPlan.Make(configuration, settings.Get<ServerOptions>(), settings.Get<MetricsOptions>(), identity);
    }
}
