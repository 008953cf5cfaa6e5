using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace ServiceDefaults.Telemetry;

/// <summary>Lets the SDK's builder extensions work on the service's own container, as OpenTelemetry.Extensions.Hosting does.</summary>
internal sealed class OpenTelemetryServices(IServiceCollection services) : IOpenTelemetryBuilder
{
    public IServiceCollection Services { get; } = services;
}
