using ServiceDefaults.Settings.Layers;

namespace ServiceDefaults.Settings.Loading;

/// <summary>For whom settings are loaded, and how much must be there.</summary>
/// <param name="Name">Name of the service, as in <c>Application Name=mcp-gateway</c>.</param>
/// <param name="NeedsSecrets">False for verbs that work without the service's keys.</param>
/// <param name="NeedsConnections">False for the AppHost, which makes the connections itself.</param>
internal sealed record SettingsLoadScope(string Name, SettingUsers Users, bool NeedsSecrets, bool NeedsConnections)
{
    public static SettingsLoadScope Service(ServiceIdentity identity, bool needsSecrets) =>
        new(identity.Name, identity.Settings, needsSecrets, NeedsConnections: true);

    public static SettingsLoadScope AppHost { get; } = new("apphost", SettingUsers.AppHost, NeedsSecrets: false, NeedsConnections: false);
}

/// <summary>Outcome of a load. The snapshot is there even with errors, except when not even the environment could be told.</summary>
/// <param name="Files">Every file it read or looked for.</param>
/// <param name="Pin">What a later load of the same service must keep to.</param>
internal sealed record SettingsLoad(SettingsSnapshot? Snapshot, IReadOnlyList<SettingError> Errors, SettingsFiles Files, SettingsPin? Pin)
{
    /// <exception cref="SettingsException">There are errors.</exception>
    public SettingsSnapshot Require() => Errors.Count == 0 && Snapshot is not null ? Snapshot : throw new SettingsException(Errors);
}
