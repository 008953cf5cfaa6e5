namespace McpGateway.Authentication;

/// <summary>Who is calling: API keys and access tokens.</summary>
internal static class AuthenticationFeature
{
    public static void AddCallerAuthentication(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.AddSingleton<ApiKeyCache>();
        builder.Services.AddSingleton<ApiKeyHasher>();
        builder.Services.AddSingleton<ApiKeyUse>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ApiKeyUse>());
        builder.Services.AddSingleton<ApiKeyAuthenticator>();
        builder.Services.AddSingleton<JwtAuthenticator>();
        builder.Services.AddSingleton<CallerAuthenticator>();
    }

    public static void UseCallerAuthentication(this WebApplication app) => app.UseMiddleware<CallerAuthenticationMiddleware>();
}
