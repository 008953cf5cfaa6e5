using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;
using ServiceDefaults.Settings.Servers;
using ServiceDefaults.Settings.Secrets;

namespace ServiceDefaults.Settings.Loading;

/// <summary>From the process's inputs to validated options: layers, names, types, bounds, secrets, connection strings.</summary>
internal sealed class SettingsLoader
{
    private readonly SettingsSchema _schema = SettingsSchema.Product;
    private readonly SettingProblems _problems = new();
    private readonly SettingsInputs _inputs;
    private readonly SettingsFiles _files;
    private readonly SettingsLoadScope _scope;
    private readonly SettingsLayers _layers;

    private SettingsLoader(SettingsInputs inputs, SettingsLoadScope scope, SettingsFiles files, SettingsPin? pin)
    {
        _inputs = inputs;
        _scope = scope;
        _files = files;
        _layers = SettingsLayers.Read(inputs, files, _problems, pin);
    }

    /// <summary>Never throws for bad settings: the errors come with what could be read, so that <c>config show</c> shows both.</summary>
    /// <param name="pin">For a load of a service that runs already.</param>
    public static SettingsLoad Load(SettingsInputs inputs, SettingsLoadScope scope, SettingsFiles? files = null, SettingsPin? pin = null)
    {
        files ??= new SettingsFiles();
        try
        {
            return new SettingsLoader(inputs, scope, files, pin).Load();
        }
        catch (SettingsFileException exception)
        {
            var error = new SettingError("MCP_ENV", exception.Problem, exception.Place, "Mend the file MCP_ENV_FILE names, or set MCP_ENV itself.");
            return new SettingsLoad(null, [error], files, pin);
        }
    }

    private SettingsLoad Load()
    {
        var settings = Resolve();
        new UnknownSettings(_schema, _problems).Report(_layers);
        new UnsupportedSettings(_problems, _scope.Users).Report(settings.Values);

        // What must be there depends on the environment; without a valid one every further error would be noise.
        var environmentIsKnown = !_problems.Has("MCP_ENV");
        if (environmentIsKnown)
        {
            new SecretRules(settings, _problems, _scope, _layers.Environment).Apply();
        }

        var options = _schema.Fill(settings.Values);
        var connections = environmentIsKnown ? new ConnectionSettings(_inputs, _problems, _scope, _layers).Build(options, settings) : [];
        return new SettingsLoad(
            new SettingsSnapshot(_layers.Environment, [.. settings.Values], connections, new SettingsLoadReport(_problems.Warnings)),
            _problems.Errors,
            _files,
            new SettingsPin(_layers.Environment, _layers.Folder));
    }

    private Dictionary<string, ResolvedSetting> Resolve()
    {
        var resolver = new SettingsResolver(_layers, _files, _problems, _scope.Users);
        var defaults = _schema.Fill([]);
        return _schema.Definitions.ToDictionary(
            definition => definition.Name,
            definition => Resolve(definition, resolver, defaults[definition.Property.DeclaringType!]),
            StringComparer.Ordinal);
    }

    private ResolvedSetting Resolve(SettingDefinition definition, SettingsResolver resolver, object options)
    {
        var standard = new ResolvedSetting(definition, definition.Default, ResolvedSetting.DefaultSource);
        if (definition.Setting.IsMap)
        {
            var leaves = resolver.FindMap(definition);
            return leaves.Count == 0 ? standard : new ResolvedSetting(definition, new ServerMap(_problems).Read(leaves), leaves.First().Value.Source);
        }

        if (resolver.Find(definition) is not { Text.Length: > 0 } raw)
        {
            return standard;
        }

        var (value, problem) = SettingText.Parse(definition, raw.Text);
        problem ??= definition.FindProblem(options, value);
        if (problem is null)
        {
            return new ResolvedSetting(definition, value, raw.Source, raw.File);
        }

        if (raw.IsSharedAlias)
        {
            _problems.Warn(SettingWarningKind.Ignored, definition.Name, raw.Source, $"{raw.Source} is ignored: as {definition.Name} it {problem}.");
        }
        else
        {
            _problems.Refuse(definition, problem, raw.Source);
        }

        return standard;
    }
}
