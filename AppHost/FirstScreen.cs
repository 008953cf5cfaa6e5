using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServiceDefaults;

namespace AppHost;

/// <summary>What a person needs who has just started the platform: where the data is, the URL to paste, where the key lies.</summary>
internal sealed class FirstScreen(DistributedApplicationModel model, ResourceNotificationService notifications, FirstScreen.Facts facts)
    : BackgroundService
{
    internal sealed record Facts(string Data, string AdminKeyFile);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(facts.Data);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ShowAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The application ended before everything was up: its own message says why.
        }
    }

    private async Task ShowAsync(CancellationToken stoppingToken)
    {
        var services = model.Resources.OfType<ProjectResource>().Where(resource => resource.Name != ResourceNames.Migrations);
        await Task.WhenAll(services.Select(service =>
            notifications.WaitForResourceHealthyAsync(service.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken)));

        // Whoever shows states on the terminal hears of the last one at this moment too; this block closes the screen.
        await Task.Delay(TimeSpan.FromMilliseconds(200), stoppingToken);

        var gateway = model.Resources.OfType<IResourceWithEndpoints>().Single(resource => resource.Name == ResourceNames.Gateway);
        var url = $"{gateway.GetEndpoint("http").Url}/mcp";
        Console.WriteLine($$"""

            Ready. MCP endpoint: {{url}}
            Admin key:           {{facts.AdminKeyFile}}
            Client configuration, with the key in place of <key>:
              { "mcpServers": { "platform": { "type": "http", "url": "{{url}}", "headers": { "Authorization": "Bearer <key>" } } } }
            """);
    }
}

internal static class FirstScreenExtensions
{
    public static void AddFirstScreen(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        builder.Services.AddSingleton(new FirstScreen.Facts(builder.DescribeDataSources(), builder.LocalPath("admin.key")));
        builder.Services.AddHostedService<FirstScreen>();
    }
}
