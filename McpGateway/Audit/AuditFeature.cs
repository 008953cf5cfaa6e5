using ServiceDefaults.Settings;

namespace McpGateway.Audit;

/// <summary>What was asked, by whom, with what outcome; never the contents.</summary>
internal static class AuditFeature
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AuditSpool>();
        builder.Services.AddSingleton<AuditStore>();
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddSingleton<ISettingsObserver, ReloadAudit>();
        builder.Services.AddHostedService<AuditSync>();
        builder.Services.AddHostedService<AuditCarrier>();
    }

    public static void UseAudit(this WebApplication app) => app.UseMiddleware<AuditMiddleware>();
}
