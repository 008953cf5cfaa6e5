using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Tells resources where to send telemetry.</summary>
public static class OtlpConfigurationExtensions
{
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => Describe(context, builder.ApplicationBuilder));

    private static void Describe(EnvironmentCallbackContext context, IDistributedApplicationBuilder application)
    {
        if (context.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var (address, protocol) = Receiver(application.Configuration);
        var variables = context.EnvironmentVariables;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = address;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Placeholders.InstanceSuffix}";
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;

        if (application.Configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
        }

        if (application.Environment.IsDevelopment())
        {
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        }
    }

    private static (string Address, string Protocol) Receiver(ConfigurationManager configuration)
    {
        const string Otherwise = "http://localhost:18889";
        var grpc = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"];
        var http = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];

        return grpc is null && http is not null ? (http, "http/protobuf") : (grpc ?? Otherwise, "grpc");
    }
}
