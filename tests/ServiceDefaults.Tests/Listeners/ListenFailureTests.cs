using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Listeners;
using Testing;

namespace ServiceDefaults.Tests.Listeners;

public sealed class ListenFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_in_use_is_told_with_its_setting_and_the_cure()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var held = ((IPEndPoint)holder.LocalEndpoint).Port;
        var builder = WebApplication.CreateBuilder([$"--MCP_HOST=127.0.0.1", $"--MCP_PORT={FreePort.Next()}", $"--MCP_METRICS_PORT={held}"]);
        builder.AddServiceDefaults(ServiceIdentity.Worker);
        await using var app = builder.Build();

        var failure = await Assert.ThrowsAsync<IOException>(() => app.StartAsync(Token));

        var line = JsonDocument.Parse(ListenFailure.Describe(failure, app.Services.GetRequiredService<ListenPlan>())!).RootElement;
        Assert.Equal($"Port {held} is in use (http://127.0.0.1:{held}, from MCP_METRICS_PORT).", line.GetProperty("message").GetString());
        Assert.Contains("set MCP_METRICS_PORT to another port", line.GetProperty("cure").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_failures_are_not_explained_away()
    {
        Assert.Null(ListenFailure.Describe(new IOException("http://127.0.0.1:80: something else"), new ListenPlan([], "MCP_PORT", null)));
    }

    [Fact]
    public async Task Responses_do_not_name_the_server()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        using var response = await service.Client.GetAsync("/alive", Token);

        Assert.False(response.Headers.Contains("Server"));
    }
}
