using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs commands of resources.</summary>
public class ResourceCommandService
{
    private readonly IServiceProvider _services;

    internal ResourceCommandService(IServiceProvider services) => _services = services;

    /// <summary>Runs a command on every instance of a resource; the first failure is the answer.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var results = await Task.WhenAll(resource.GetInstanceIds().Select(id => ExecuteAsync(resource, id, commandName, cancellationToken)));
        return results.FirstOrDefault(r => !r.Success) ?? results[0];
    }

    /// <param name="resourceId">The id of an instance, or the name of a resource with a single one.</param>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        if (_services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(resourceId, out var current))
        {
            return await ExecuteAsync(current.Resource, current.ResourceId, commandName, cancellationToken);
        }

        return _services.GetRequiredService<DistributedApplicationModel>().Resources.TryGetByName(resourceId, out var resource)
            ? await ExecuteCommandAsync(resource, commandName, cancellationToken)
            : CommandResults.Failure($"Resource '{resourceId}' does not exist.");
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string id, string commandName, CancellationToken cancellationToken)
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>()
            .LastOrDefault(c => string.Equals(c.Name, commandName, StringComparison.OrdinalIgnoreCase));

        if (command is null)
        {
            return CommandResults.Failure($"Resource '{resource.Name}' has no command '{commandName}'.");
        }

        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                ServiceProvider = _services,
                ResourceName = id,
                CancellationToken = cancellationToken,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        // Commands are the AppHost's code: whatever it throws is this command's failure, not the caller's.
        catch (Exception exception)
        {
            return CommandResults.Failure(exception);
        }
    }
}
