namespace Aspire.Hosting.ApplicationModel;

/// <summary>Adds to the environment of a resource.</summary>
public class EnvironmentCallbackAnnotation : IResourceAnnotation
{
    public EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) => Callback = callback;

    public EnvironmentCallbackAnnotation(Action<EnvironmentCallbackContext> callback)
        : this(context =>
        {
            callback(context);
            return Task.CompletedTask;
        })
    {
    }

    public Func<EnvironmentCallbackContext, Task> Callback { get; }
}

/// <summary>The environment of a resource while it is being put together.</summary>
public class EnvironmentCallbackContext(
    DistributedApplicationExecutionContext executionContext,
    IResource resource,
    Dictionary<string, object>? environmentVariables = null,
    CancellationToken cancellationToken = default)
{
    /// <summary>Values are text, <see cref="IValueProvider"/> or resource builders' resources.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    public IResource Resource { get; } = resource;

    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>Adds to the arguments of a resource.</summary>
public class CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) : IResourceAnnotation
{
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; } = callback;
}

/// <summary>The arguments of a resource while they are being put together.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    public IList<object> Args { get; } = args;

    public IResource Resource { get; } = resource;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public DistributedApplicationExecutionContext ExecutionContext { get; init; } = new(DistributedApplicationOperation.Run);
}

/// <summary>Writes a resource to the manifest in its own way, or not at all.</summary>
public class ManifestPublishingCallbackAnnotation(Func<Publishing.ManifestPublishingContext, Task>? callback) : IResourceAnnotation
{
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new(null);

    public Func<Publishing.ManifestPublishingContext, Task>? Callback { get; } = callback;
}
