using ServiceDefaults.Settings;

namespace ServiceDefaults;

/// <summary>Which of the three services this process is, and where it listens when nobody says otherwise.</summary>
public sealed record ServiceIdentity(string Name, SettingUsers Settings, int DefaultPort, int DefaultMetricsPort)
{
    public static ServiceIdentity Gateway { get; } = new(ResourceNames.Gateway, SettingUsers.Gateway, 8000, 9090);

    public static ServiceIdentity Worker { get; } = new(ResourceNames.Worker, SettingUsers.Worker, 8100, 9101);

    public static ServiceIdentity Backup { get; } = new(ResourceNames.Backup, SettingUsers.Backup, 8200, 9102);
}
