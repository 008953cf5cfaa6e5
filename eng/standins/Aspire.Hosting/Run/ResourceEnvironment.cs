using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The environment variables and arguments of one instance.</summary>
internal sealed record InstanceConfiguration(IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Arguments);

/// <summary>Computes what an instance is started with. Values that are not known yet are waited for.</summary>
internal sealed class ResourceEnvironment(DistributedApplicationExecutionContext executionContext)
{
    // They say how the AppHost itself runs.
    private static readonly string[] NotInherited =
        ["ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPIRE_LOGLEVEL"];

    /// <summary>The AppHost's own environment, as far as its resources get it; <see cref="BuildAsync"/> comes on top.</summary>
    public static Dictionary<string, string> Inherited()
    {
        var inherited = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);

        foreach (var name in NotInherited)
        {
            inherited.Remove(name);
        }

        return inherited;
    }

    /// <exception cref="MissingParameterValueException">A parameter that is used has no value.</exception>
    public async Task<InstanceConfiguration> BuildAsync(IResource resource, InstanceAllocation instance, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);

        foreach (var (name, value) in await ResourceConfiguration.EnvironmentOfAsync(resource, executionContext, cancellationToken))
        {
            // An optional connection string that nobody gave is left out.
            if (await ResolveAsync(value, cancellationToken) is { } text)
            {
                environment[name] = instance.Fill(resource, text);
            }
        }

        var arguments = new List<string>();

        foreach (var value in await ResourceConfiguration.ArgumentsOfAsync(resource, executionContext, cancellationToken))
        {
            if (await ResolveAsync(value, cancellationToken) is { } text)
            {
                arguments.Add(instance.Fill(resource, text));
            }
        }

        return new(environment, arguments);
    }

    private static async Task<string?> ResolveAsync(object value, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken),
        bool yes => yes ? "true" : "false",
        _ => value.ToString(),
    };
}

/// <summary>Asks the callbacks of a resource, in the order in which the AppHost stated them.</summary>
internal static class ResourceConfiguration
{
    public static async Task<Dictionary<string, object>> EnvironmentOfAsync(
        IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken);

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    public static async Task<IList<object>> ArgumentsOfAsync(
        IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext };

        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return context.Args;
    }
}
