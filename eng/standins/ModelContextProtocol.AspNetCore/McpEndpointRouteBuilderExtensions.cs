using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts an MCP server on a route.</summary>
public static class McpEndpointRouteBuilderExtensions
{
    /// <summary>Maps POST and, where sessions exist, GET and DELETE; conventions on the result cover all three.</summary>
    /// <exception cref="InvalidOperationException">WithHttpTransport was not called, or a tool asks for authorization filters.</exception>
    public static IEndpointConventionBuilder MapMcp(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        var endpoint = endpoints.ServiceProvider.GetService<StreamableHttpEndpoint>()
            ?? throw new InvalidOperationException("MapMcp needs services.AddMcpServer().WithHttpTransport() first.");
        RefuseUncheckedAuthorization(endpoints.ServiceProvider.GetRequiredService<IOptions<McpServerOptions>>().Value);

        var group = endpoints.MapGroup(pattern);
        group.MapPost("", endpoint.PostAsync)
            .WithMetadata(new AcceptsMetadata(["application/json"]))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, contentTypes: ["application/json", "text/event-stream"]))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status202Accepted));

        if (endpoint.HasSessions)
        {
            group.MapGet("", endpoint.GetAsync);
            group.MapDelete("", endpoint.DeleteAsync);
        }

        return group;
    }

    /// <summary>This stand-in has no authorization filters, so an [Authorize] on a tool would be a promise nobody keeps.</summary>
    private static void RefuseUncheckedAuthorization(McpServerOptions options)
    {
        IEnumerable<IMcpServerPrimitive> primitives =
            [.. options.ToolCollection ?? [], .. options.PromptCollection ?? [], .. options.ResourceCollection ?? []];
        if (primitives.FirstOrDefault(primitive => primitive.Metadata.Any(item => item is IAuthorizeData)) is { } guarded)
        {
            throw new InvalidOperationException($"'{guarded.Id}' carries [Authorize], which only the official package can enforce.");
        }
    }
}
