using System.Text.RegularExpressions;
using ServiceDefaults.Settings.Layers;

namespace ServiceDefaults.Settings.Loading;

/// <summary>All layers of one load, the strongest first (S-041).</summary>
internal sealed partial class SettingsLayers
{
    private const string DirectoryKey = "MCP_CONFIG_DIR";
    private const string FileKey = "MCP_CONFIG_PATH";
    private const string EnvironmentKey = "MCP_ENV";

    private readonly SettingsInputs _inputs;
    private readonly SettingProblems _problems;
    private readonly List<SettingsLayer> _weakestFirst = [];

    private SettingsLayers(SettingsInputs inputs, SettingProblems problems)
    {
        _inputs = inputs;
        _problems = problems;

        var environmentFile = ReadEnvironmentFile();
        Environment = EnvironmentChoice.From(inputs, environmentFile);
        AddYaml(environmentFile);
        _weakestFirst.AddRange(
        [
            inputs.Layer(SettingsLayerKind.HostFile),
            environmentFile,
            inputs.Layer(SettingsLayerKind.ProcessEnvironment),
            inputs.Layer(SettingsLayerKind.HostMemory),
            inputs.Layer(SettingsLayerKind.CommandLine),
        ]);
    }

    public EnvironmentChoice Environment { get; }

    public IEnumerable<SettingsLayer> StrongestFirst => Enumerable.Reverse(_weakestFirst);

    public static SettingsLayers Read(SettingsInputs inputs, SettingProblems problems) => new(inputs, problems);

    private SettingsLayer ReadEnvironmentFile()
    {
        if (_inputs.Find(FileKey) is { } path)
        {
            try
            {
                return new SettingsLayer(SettingsLayerKind.EnvironmentFile, DotenvFile.Read(path.Text));
            }
            catch (SettingsFileException exception)
            {
                _problems.Refuse(FileKey, exception, $"Mend the file or let {FileKey} name another one ({path.Source}).");
            }
        }

        return SettingsLayer.Empty(SettingsLayerKind.EnvironmentFile);
    }

    private void AddYaml(SettingsLayer environmentFile)
    {
        if (!EnvironmentName().IsMatch(Environment.Name))
        {
            // The name becomes part of a path, so it is refused before any file is looked for; the bound of MCP_ENV reports it.
            return;
        }

        var chosen = _inputs.Find(DirectoryKey) ?? environmentFile.Find(DirectoryKey);
        if (chosen is not null && !Directory.Exists(chosen.Text))
        {
            _problems.Refuse(DirectoryKey, $"names {chosen.Text}, which is not a folder", chosen.Source, $"Create it or let {DirectoryKey} name another one.");
            return;
        }

        var folder = chosen?.Text ?? ConfigurationFolder.Find(_inputs.ContentRoot, _inputs.BaseDirectory);
        var environmentYaml = Path.Combine(folder ?? "configs", $"{Environment.Name}.yaml");
        if (Environment.IsChosen && !File.Exists(environmentYaml))
        {
            _problems.Refuse(
                EnvironmentKey,
                $"chooses the environment '{Environment.Name}', whose file {environmentYaml} is missing",
                Environment.Raw.Source,
                $"Create that file, choose an environment that has one, or set {DirectoryKey} to the folder that holds it.");
        }

        if (folder is not null)
        {
            AddYamlFile(Path.Combine(folder, ConfigurationFolder.BaseFile));
            AddYamlFile(environmentYaml);
            AddYamlFile(Path.Combine(folder, ConfigurationFolder.LocalFile));
        }
    }

    private void AddYamlFile(string path)
    {
        if (File.Exists(path))
        {
            try
            {
                _weakestFirst.Add(new SettingsLayer(SettingsLayerKind.Yaml, YamlFile.Read(path)));
            }
            catch (SettingsFileException exception)
            {
                _problems.Refuse(Path.GetFileName(path), exception, "Mend the file at this place; indentation is by spaces.");
            }
        }
    }

    [GeneratedRegex("^[a-z0-9_-]{1,32}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnvironmentName();
}
