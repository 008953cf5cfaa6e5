namespace McpGateway.Authorization;

/// <summary>What a caller may do.</summary>
internal static class AuthorizationFeature
{
    public static void UseCallAuthorization(this WebApplication app) => app.UseMiddleware<CallAuthorizationMiddleware>();
}
