using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace ServiceDefaults.Settings.Layers;

/// <summary>What the process was started with: its environment, command line and host configuration, sorted by where it comes from.</summary>
internal sealed class SettingsInputs
{
    private readonly Dictionary<SettingsLayerKind, Dictionary<string, RawSetting>> _values = [];

    private SettingsInputs(string contentRoot, string baseDirectory)
    {
        ContentRoot = contentRoot;
        BaseDirectory = baseDirectory;
    }

    public string ContentRoot { get; }

    /// <summary>Folder of the executable.</summary>
    public string BaseDirectory { get; }

    public static SettingsInputs From(IConfiguration configuration, string contentRoot) =>
        From(configuration, contentRoot, AppContext.BaseDirectory);

    public static SettingsInputs From(IConfiguration configuration, string contentRoot, string baseDirectory)
    {
        var inputs = new SettingsInputs(contentRoot, baseDirectory);
        inputs.Read(configuration);
        return inputs;
    }

    public SettingsLayer Layer(SettingsLayerKind kind) =>
        _values.TryGetValue(kind, out var values) ? new SettingsLayer(kind, values) : SettingsLayer.Empty(kind);

    /// <summary>A value from the strongest of the places that hold it.</summary>
    public RawSetting? Find(string key) => _values.Keys.OrderDescending().Select(kind => Layer(kind).Find(key)).FirstOrDefault(raw => raw is not null);

    private void Read(IConfiguration configuration)
    {
        if (configuration is not IConfigurationRoot root)
        {
            foreach (var (key, value) in configuration.AsEnumerable())
            {
                Add(SettingsLayerKind.HostMemory, key, value, $"host configuration {key}");
            }

            return;
        }

        foreach (var provider in root.Providers)
        {
            if (provider is ChainedConfigurationProvider chained)
            {
                Read(chained.Configuration);
            }
            else if (!IsPrefixed(provider))
            {
                Read(provider);
            }
        }
    }

    private void Read(IConfigurationProvider provider)
    {
        var keys = provider.GetChildKeys([], parentPath: null)
            .Concat(provider.GetChildKeys([], "ConnectionStrings").Select(name => $"ConnectionStrings:{name}"))
            .Distinct(StringComparer.OrdinalIgnoreCase);

        foreach (var key in keys)
        {
            if (provider.TryGet(key, out var value))
            {
                var (kind, source) = Describe(provider, key);
                Add(kind, key, value, source);
            }
        }
    }

    private static (SettingsLayerKind Kind, string Source) Describe(IConfigurationProvider provider, string key) => provider switch
    {
        EnvironmentVariablesConfigurationProvider => (SettingsLayerKind.ProcessEnvironment, $"environment variable {key.Replace(":", "__")}"),
        CommandLineConfigurationProvider => (SettingsLayerKind.CommandLine, $"command line --{key}"),
        FileConfigurationProvider file => (SettingsLayerKind.HostFile, file.Source.Path ?? "host file"),
        _ => (SettingsLayerKind.HostMemory, $"host configuration {key}"),
    };

    /// <summary>DOTNET_ and ASPNETCORE_ variables appear without their prefix there: DOTNET_HOST would pass for HOST.</summary>
    private static bool IsPrefixed(IConfigurationProvider provider) =>
        provider is EnvironmentVariablesConfigurationProvider && provider.ToString()!.Contains("Prefix", StringComparison.Ordinal);

    private void Add(SettingsLayerKind kind, string key, string? value, string source)
    {
        if (value is not null)
        {
            if (!_values.TryGetValue(kind, out var values))
            {
                _values[kind] = values = new Dictionary<string, RawSetting>(StringComparer.OrdinalIgnoreCase);
            }

            values[key] = new RawSetting(value, source);
        }
    }
}
