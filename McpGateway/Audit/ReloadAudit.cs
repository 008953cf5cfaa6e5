using ServiceDefaults.Settings;

namespace McpGateway.Audit;

/// <summary>Records which settings a reload changed, by name (S-048); values may be secret.</summary>
internal sealed class ReloadAudit(AuditTrail audit) : ISettingsObserver
{
    private const string EventType = "config_reloaded";
    private const string Resource = "settings";

    public void Reloaded(SettingsChange change)
    {
        if (change.Applied.Count > 0)
        {
            audit.RecordSystem(EventType, AuditTrail.List(change.Applied), Resource, "success");
        }

        if (change.NeedRestart.Count > 0)
        {
            audit.RecordSystem(EventType, AuditTrail.List(change.NeedRestart), Resource, "restart_needed");
        }
    }
}
