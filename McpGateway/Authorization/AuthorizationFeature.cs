namespace McpGateway.Authorization;

/// <summary>What a caller may do.</summary>
internal static class AuthorizationFeature
{
    public static void UseCallAuthorization(this WebApplication app)
    {
        app.UseMiddleware<CallAuthorizationMiddleware>();
        app.UseMiddleware<PermissionMiddleware>();
    }

    /// <summary>Only callers with the permission get through: 401 without a credential, 403 without the permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, string permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredPermission(permission));
}
