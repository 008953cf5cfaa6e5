using System.Globalization;
using AppHost;
using ServiceDefaults;

namespace Aspire.Hosting;

/// <summary>Puts any resource that serves MCP over HTTP behind the gateway.</summary>
public static class McpServerExtensions
{
    /// <summary>What the server itself finds its token under.</summary>
    private const string ServerToken = "MCP_SERVER_TOKEN";
    private const string Setting = "MCP_UPSTREAM_SERVERS";

    /// <summary>
    /// Serves the tools, prompts and resources of <paramref name="server"/> through the gateway as <c>name__tool</c>, with
    /// keys, limits and audit. The workers connect to it; it may start late, and its failure hides no other server. Its
    /// health is a resource's own (<c>WithHttpHealthCheck</c>) and, seen from the workers, part of theirs.
    /// </summary>
    /// <remarks>
    /// A secret is made for the two, the parameter <c>{name}-token</c>: workers send it as a bearer token, and the server finds
    /// it in <c>MCP_SERVER_TOKEN</c> and should accept nothing else.
    /// </remarks>
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

        var application = gateway.ApplicationBuilder;
        var workers = application.Resources.OfType<ProjectResource>().FirstOrDefault(resource => resource.Name == ResourceNames.Worker)
            ?? throw new DistributedApplicationException(
                $"WithServer('{name}') needs the '{ResourceNames.Worker}' resource: add it before the server, the workers are what connects to it.");

        var token = application.AddGeneratedSecret($"{name}-token", length: 44);
        if (server.Resource is IResourceWithEnvironment configurable)
        {
            application.CreateResourceBuilder(configurable).WithEnvironment(ServerToken, token);
        }

        var variable = $"{name.ToUpper(CultureInfo.InvariantCulture).Replace('-', '_')}_MCP_TOKEN";
        application.CreateResourceBuilder(workers)
            .WithReferenceRelationship(server.Resource)
            .WithEnvironment(variable, token)
            .WithEnvironment(context =>
            {
                var entry = ReferenceExpression.Create($"{name}={server.GetEndpoint("http").Property(EndpointProperty.Url)}{path} {variable}");
                context.EnvironmentVariables[Setting] = context.EnvironmentVariables.TryGetValue(Setting, out var earlier)
                    ? ReferenceExpression.Create($"{(ReferenceExpression)earlier},{entry}")
                    : entry;
            });

        return gateway;
    }
}
