using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Publishing;

/// <summary>The file that the manifest goes to, as the command line says.</summary>
internal sealed class ManifestTarget
{
    private const string FileName = "aspire-manifest.json";

    /// <exception cref="DistributedApplicationException">The command line asks for something else, or does not say where to.</exception>
    public ManifestTarget(IConfiguration configuration, string appHostDirectory)
    {
        var publisher = configuration["Publishing:Publisher"];
        var step = configuration["Pipeline:Step"];

        if (publisher is not (null or "manifest") || (publisher is null && step != "publish-manifest"))
        {
            throw new DistributedApplicationException(
                "These stand-ins can publish a manifest only: --publisher manifest, or --operation publish --step publish-manifest. Official packages do the rest.");
        }

        var output = configuration["Pipeline:OutputPath"] ?? configuration["Publishing:OutputPath"]
            ?? throw new DistributedApplicationException("Say where the manifest goes: --output-path <file or folder>.");
        var path = System.IO.Path.GetFullPath(output, appHostDirectory);
        Path = path.EndsWith(".json", StringComparison.Ordinal) ? path : System.IO.Path.Combine(path, FileName);
    }

    public string Path { get; }
}

/// <summary>Writes the manifest.</summary>
internal sealed class ManifestPublisher(DistributedApplicationExecutionContext executionContext, ManifestTarget target)
{
    public async Task PublishAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target.Path)!);
        var content = new MemoryStream();

        await using (var writer = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
        {
            await new ManifestPublishingContext(executionContext, target.Path, writer, cancellationToken).WriteModelAsync(model);
        }

        // A failure above leaves the manifest of the last time as it is.
        await File.WriteAllBytesAsync(target.Path, content.ToArray(), cancellationToken);
        Console.WriteLine($"Published manifest to: {target.Path}");
    }
}

/// <summary>Publish mode: writes the manifest and ends; with exit code 1 when it could not.</summary>
internal sealed class PublishHost(
    DistributedApplicationModel model, IDistributedApplicationEventing eventing, IServiceProvider services, IHostApplicationLifetime lifetime)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
            await services.GetRequiredService<ManifestPublisher>().PublishAsync(model, cancellationToken);
        }
        catch (Exception exception) when (exception is DistributedApplicationException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}");
            Environment.ExitCode = 1;
        }

        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
