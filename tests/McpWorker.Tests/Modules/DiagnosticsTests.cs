using McpModules;
using McpWorker.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace McpWorker.Tests.Modules;

public sealed class DiagnosticsTests
{
    [Theory]
    [InlineData("development", true)]
    [InlineData("staging", false)]
    [InlineData("production", false)]
    public void Only_a_worker_of_development_knows_the_diagnostics(string environment, bool expected)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });

        builder.AddDiagnostics();

        Assert.Equal(expected, builder.Services.Any(service => service.ServiceType == typeof(Module)));
    }
}
