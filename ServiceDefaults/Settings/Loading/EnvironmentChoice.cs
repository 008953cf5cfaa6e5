using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Layers;

namespace ServiceDefaults.Settings.Loading;

/// <summary>
/// The environment that selects <c>{env}.yaml</c> (S-038, S-029). It cannot come from YAML, which it chooses: MCP_ENV, else
/// NODE_ENV, else the host's own <c>--environment</c>, ASPNETCORE_ENVIRONMENT, DOTNET_ENVIRONMENT, else development.
/// </summary>
/// <param name="IsChosen">Somebody asked for it, so its file must be there.</param>
internal sealed record EnvironmentChoice(RawSetting Raw, bool IsChosen)
{
    private static readonly string[] Keys = ["MCP_ENV", "MCP_ENV_FILE", "NODE_ENV", "environment", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    public string Name => Raw.Text;

    public static EnvironmentChoice From(SettingsInputs inputs, SettingsLayer environmentFile, SettingsFiles files)
    {
        foreach (var key in Keys)
        {
            // The environment variable ENVIRONMENT is nobody's agreement; only the command line's --environment is the host's.
            var raw = key == "environment"
                ? inputs.Layer(SettingsLayerKind.CommandLine).Find(key)
                : inputs.Find(key) ?? environmentFile.Find(key);
            if (raw is not null)
            {
                var name = key.EndsWith("_FILE", StringComparison.Ordinal) ? SecretFile.Read(raw.Text, files) : raw.Text;
                return new EnvironmentChoice(raw with { Text = name.Trim().ToLowerInvariant() }, IsChosen: true);
            }
        }

        return new EnvironmentChoice(new RawSetting(ServerOptions.Development, ResolvedSetting.DefaultSource), IsChosen: false);
    }
}
