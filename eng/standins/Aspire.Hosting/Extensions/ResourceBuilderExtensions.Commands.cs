using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds a command, or replaces the one of the same name.</summary>
    public static IResourceBuilder<T> WithCommand<T>(
        this IResourceBuilder<T> builder, string name, string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource
    {
        foreach (var old in builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().Where(c => c.Name == name).ToList())
        {
            builder.Resource.Annotations.Remove(old);
        }

        var options = commandOptions ?? new CommandOptions();
        return builder.WithAnnotation(new ResourceCommandAnnotation(
            name, displayName, options.UpdateState ?? (_ => ResourceCommandState.Enabled), executeCommand,
            options.Description, options.Parameter, options.ConfirmationMessage, options.IconName, iconVariant: null, options.IsHighlighted));
    }

    /// <summary>A command that sends a request to the resource; it is offered while the resource is healthy.</summary>
    /// <param name="endpointName">The first of https and http when null.</param>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(
        this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null,
        string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? new HttpCommandOptions();
        var endpoint = builder.HttpEndpoint(endpointName, "command");
        var name = commandName ?? $"{endpoint.Resource.Name}-{endpoint.EndpointName}-http-post-{path}";
        options.UpdateState ??= context =>
            context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

        return builder.WithCommand(name, displayName, context => SendAsync(context, endpoint, path, options.PrepareRequest), options);
    }

    private static async Task<ExecuteCommandResult> SendAsync(
        ExecuteCommandContext context, EndpointReference endpoint, string path, Func<HttpCommandRequestContext, Task>? prepare)
    {
        if (!endpoint.IsAllocated)
        {
            return CommandResults.Failure($"'{endpoint.Resource.Name}' is not running.");
        }

        var clients = context.ServiceProvider.GetRequiredService<IHttpClientFactory>();
        using var client = clients.CreateClient("");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(endpoint.Url), path));

        if (prepare is not null)
        {
            await prepare(new HttpCommandRequestContext { Request = request, CancellationToken = context.CancellationToken });
        }

        using var response = await client.SendAsync(request, context.CancellationToken);

        return response.IsSuccessStatusCode
            ? CommandResults.Success()
            : CommandResults.Failure($"POST {path} was answered with {(int)response.StatusCode}.");
    }
}
