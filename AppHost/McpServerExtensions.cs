using ServiceDefaults;

namespace Aspire.Hosting;

/// <summary>Puts any resource that serves MCP over HTTP behind the gateway.</summary>
public static class McpServerExtensions
{
    private const string Setting = "MCP_UPSTREAM_SERVERS";

    /// <summary>
    /// Serves the tools of <paramref name="server"/> through the gateway as <c>name__tool</c>, with keys, limits and audit.
    /// The workers connect to it; it may start late, and its failure hides no other server.
    /// </summary>
    /// <param name="server">A resource with an http endpoint. Its name becomes the server's: 1 to 24 of a-z, 0-9 and hyphen.</param>
    /// <param name="path">Path of its MCP endpoint.</param>
    /// <exception cref="DistributedApplicationException">The name cannot be a server's name, or the application has no workers.</exception>
    public static IResourceBuilder<ProjectResource> WithServer<T>(
        this IResourceBuilder<ProjectResource> gateway, IResourceBuilder<T> server, string path = "/mcp")
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentNullException.ThrowIfNull(server);

        var name = server.Resource.Name;
        if (!ServerNames.IsValid(name))
        {
            throw new DistributedApplicationException(
                $"'{name}' cannot be the name of an MCP server: use 1 to 24 lower-case letters, digits and hyphens.");
        }

        var workers = gateway.ApplicationBuilder.Resources.OfType<ProjectResource>().FirstOrDefault(resource => resource.Name == ResourceNames.Worker)
            ?? throw new DistributedApplicationException(
                $"WithServer('{name}') needs the '{ResourceNames.Worker}' resource: add it before the server, the workers are what connects to it.");

        gateway.ApplicationBuilder.CreateResourceBuilder(workers).WithEnvironment(context =>
        {
            var entry = ReferenceExpression.Create($"{name}={server.GetEndpoint("http").Property(EndpointProperty.Url)}{path}");
            context.EnvironmentVariables[Setting] = context.EnvironmentVariables.TryGetValue(Setting, out var earlier)
                ? ReferenceExpression.Create($"{(ReferenceExpression)earlier},{entry}")
                : entry;
        });

        return gateway;
    }
}
