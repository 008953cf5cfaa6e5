using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StandIns.Tests.Hosting;

/// <summary>Builders of applications that are described, published or asked, but never started.</summary>
internal static class TestApplications
{
    public static DistributedApplicationBuilder ToRun(params string[] args) =>
        Create(["DOTNET_ENVIRONMENT=Development", .. args]);

    public static DistributedApplicationBuilder ToPublish(params string[] args) =>
        Create(["--publisher", "manifest", "--output-path", "unused.json", .. args]);

    /// <summary>The manifest, as if it lay at /repository/aspire-manifest.json.</summary>
    public static async Task<string> ManifestAsync(this IDistributedApplicationBuilder builder, CancellationToken cancellationToken)
    {
        await using var application = builder.Build();
        var content = new MemoryStream();

        await using (var writer = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
        {
            var context = new ManifestPublishingContext(builder.ExecutionContext, "/repository/aspire-manifest.json", writer, cancellationToken);
            await context.WriteModelAsync(application.Services.GetRequiredService<DistributedApplicationModel>());
        }

        return Encoding.UTF8.GetString(content.ToArray());
    }

    /// <summary>One resource of the manifest.</summary>
    public static async Task<JsonElement> ManifestOfAsync(this IDistributedApplicationBuilder builder, string resource, CancellationToken cancellationToken)
    {
        using var manifest = JsonDocument.Parse(await builder.ManifestAsync(cancellationToken));
        return manifest.RootElement.GetProperty("resources").GetProperty(resource).Clone();
    }

    private static DistributedApplicationBuilder Create(string[] args)
    {
        BuilderInterceptor.Current = new NamedAppHost();

        try
        {
            return new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args }) { ProjectFileName = "AppHost.csproj" };
        }
        finally
        {
            BuilderInterceptor.Current = null;
        }
    }

    private sealed class NamedAppHost : BuilderInterceptor
    {
        public override void Constructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
        {
            settings.ApplicationName = "AppHost";
            settings.EnvironmentName = "Development";
            settings.ContentRootPath = AppContext.BaseDirectory;
        }
    }
}
