namespace McpGateway.Authorization;

/// <summary>Marks an endpoint that only callers with this permission reach.</summary>
/// <param name="Name">For example <c>admin:config:read</c>.</param>
internal sealed record RequiredPermission(string Name)
{
    public static RequiredPermission? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RequiredPermission>();
}
