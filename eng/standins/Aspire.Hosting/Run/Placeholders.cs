using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>
/// Stand in values for what differs between the instances of a resource. The AppHost's own code may put them into longer texts;
/// they are filled when an instance starts.
/// </summary>
internal static class Placeholders
{
    /// <summary>The eight letters that end the id of an instance.</summary>
    public const string InstanceSuffix = "{{instance}}";

    /// <summary>The port on which an instance listens for an endpoint; it goes into <see cref="AllocatedEndpoint.TargetPortExpression"/>.</summary>
    public static string TargetPort(IResource resource, EndpointAnnotation endpoint) => $"{{{{port {resource.Name}/{endpoint.Name}}}}}";
}

/// <summary>What is particular to one instance: the end of its id, and the ports it listens on by endpoint name.</summary>
internal sealed record InstanceAllocation(string Suffix, IReadOnlyDictionary<string, int> TargetPorts)
{
    public string Fill(IResource resource, string text)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return text;
        }

        text = text.Replace(Placeholders.InstanceSuffix, Suffix, StringComparison.Ordinal);

        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (TargetPorts.TryGetValue(endpoint.Name, out var port))
            {
                text = text.Replace(Placeholders.TargetPort(resource, endpoint), port.ToString(), StringComparison.Ordinal);
            }
        }

        return text;
    }
}
