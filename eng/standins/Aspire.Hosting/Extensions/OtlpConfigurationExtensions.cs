using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Tells resources where to send telemetry.</summary>
public static class OtlpConfigurationExtensions
{
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment => builder.WithExporter(new OtlpExporterAnnotation());

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment => builder.WithExporter(new OtlpExporterAnnotation { RequiredProtocol = protocol });

    private static IResourceBuilder<T> WithExporter<T>(this IResourceBuilder<T> builder, OtlpExporterAnnotation annotation)
        where T : IResourceWithEnvironment
    {
        var isFirst = !builder.Resource.HasAnnotationOfType<OtlpExporterAnnotation>();
        builder.WithAnnotation(annotation);

        return isFirst
            ? builder.WithEnvironment(context => Describe(context, builder.ApplicationBuilder))
            : builder;
    }

    private static void Describe(EnvironmentCallbackContext context, IDistributedApplicationBuilder application)
    {
        if (context.ExecutionContext.IsPublishMode || !context.Resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out var exporter))
        {
            return;
        }

        var (address, protocol) = Receiver(application.Configuration, exporter.RequiredProtocol);
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

    private static (string Address, string Protocol) Receiver(ConfigurationManager configuration, OtlpProtocol? required)
    {
        const string Otherwise = "http://localhost:18889";
        var grpc = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"];
        var http = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];

        return required switch
        {
            OtlpProtocol.HttpProtobuf => (http ?? throw Missing("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"), "http/protobuf"),
            OtlpProtocol.HttpJson => (http ?? throw Missing("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"), "http/json"),
            OtlpProtocol.Grpc => (grpc ?? throw Missing("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"), "grpc"),
            _ => (grpc, http) switch
            {
                ({ } address, _) => (address, "grpc"),
                (null, { } address) => (address, "http/protobuf"),
                _ => (Otherwise, "grpc"),
            },
        };
    }

    private static InvalidOperationException Missing(string key) => new($"The telemetry protocol chosen needs '{key}' to be set.");
}
