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
    private readonly SettingsFiles _files;
    private readonly SettingProblems _problems;
    private readonly List<SettingsLayer> _weakestFirst = [];

    private SettingsLayers(SettingsInputs inputs, SettingsFiles files, SettingProblems problems, SettingsPin? pin)
    {
        _inputs = inputs;
        _files = files;
        _problems = problems;

        var environmentFile = ReadEnvironmentFile();
        Choice = EnvironmentChoice.From(inputs, environmentFile, files);
        Environment = pin?.Environment ?? Choice.Name;
        AddYaml(pin, environmentFile);
        _weakestFirst.AddRange(
        [
            inputs.Layer(SettingsLayerKind.HostFile),
            environmentFile,
            inputs.Layer(SettingsLayerKind.ProcessEnvironment),
            inputs.Layer(SettingsLayerKind.HostMemory),
            inputs.Layer(SettingsLayerKind.CommandLine),
        ]);
    }

    /// <summary>The environment that is asked for.</summary>
    public EnvironmentChoice Choice { get; }

    /// <summary>Name of the environment these layers are of: the one asked for, or the one that runs already.</summary>
    public string Environment { get; }

    /// <summary>Folder of the YAML files; null: there is none.</summary>
    public string? Folder { get; private set; }

    public IEnumerable<SettingsLayer> StrongestFirst => Enumerable.Reverse(_weakestFirst);

    public static SettingsLayers Read(SettingsInputs inputs, SettingsFiles files, SettingProblems problems, SettingsPin? pin) => new(inputs, files, problems, pin);

    private SettingsLayer ReadEnvironmentFile()
    {
        if (_inputs.Find(FileKey) is { } path)
        {
            try
            {
                return new SettingsLayer(SettingsLayerKind.EnvironmentFile, DotenvFile.Read(path.Text, _files));
            }
            catch (SettingsFileException exception)
            {
                _problems.Refuse(FileKey, exception, $"Mend the file or let {FileKey} name another one ({path.Source}).");
            }
        }

        return SettingsLayer.Empty(SettingsLayerKind.EnvironmentFile);
    }

    private void AddYaml(SettingsPin? pin, SettingsLayer environmentFile)
    {
        if (!EnvironmentName().IsMatch(Environment))
        {
            // The name becomes part of a path, so it is refused before any file is looked for; the bound of MCP_ENV reports it.
            return;
        }

        var chosen = _inputs.Find(DirectoryKey) ?? environmentFile.Find(DirectoryKey);
        if (pin is null && chosen is not null && !Directory.Exists(chosen.Text))
        {
            _problems.Refuse(DirectoryKey, $"names {chosen.Text}, which is not a folder", chosen.Source, $"Create it or let {DirectoryKey} name another one.");
            return;
        }

        Folder = pin is null ? chosen?.Text ?? ConfigurationFolder.Find(_inputs.ContentRoot, _inputs.BaseDirectory) : pin.Folder;
        var environmentYaml = Path.Combine(Folder ?? "configs", $"{Environment}.yaml");
        if (Choice.IsChosen && !_files.Exists(environmentYaml))
        {
            _problems.Refuse(
                EnvironmentKey,
                $"chooses the environment '{Environment}', whose file {environmentYaml} is missing",
                Choice.Raw.Source,
                $"Create that file, choose an environment that has one, or set {DirectoryKey} to the folder that holds it.");
        }

        if (Folder is not null)
        {
            AddYamlFile(Path.Combine(Folder, ConfigurationFolder.BaseFile));
            AddYamlFile(environmentYaml);
            AddYamlFile(Path.Combine(Folder, ConfigurationFolder.LocalFile));
        }
    }

    private void AddYamlFile(string path)
    {
        if (_files.Exists(path))
        {
            try
            {
                _weakestFirst.Add(new SettingsLayer(SettingsLayerKind.Yaml, YamlFile.Read(path, _files)));
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
