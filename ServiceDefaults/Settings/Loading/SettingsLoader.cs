using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;
using ServiceDefaults.Settings.Secrets;

namespace ServiceDefaults.Settings.Loading;

/// <summary>From the process's inputs to validated options: layers, names, types, bounds, secrets, connection strings.</summary>
internal sealed class SettingsLoader
{
    private readonly SettingsSchema _schema = SettingsSchema.Product;
    private readonly SettingProblems _problems = new();
    private readonly SettingsInputs _inputs;
    private readonly SettingsLoadScope _scope;
    private readonly SettingsLayers _layers;

    private SettingsLoader(SettingsInputs inputs, SettingsLoadScope scope)
    {
        _inputs = inputs;
        _scope = scope;
        _layers = SettingsLayers.Read(inputs, _problems);
    }

    /// <summary>Never throws for bad settings: the errors come with what could be read, so that <c>config show</c> shows both.</summary>
    public static SettingsLoad Load(SettingsInputs inputs, SettingsLoadScope scope)
    {
        try
        {
            return new SettingsLoader(inputs, scope).Load();
        }
        catch (SettingsFileException exception)
        {
            var error = new SettingError("MCP_ENV", exception.Problem, exception.Place, "Mend the file MCP_ENV_FILE names, or set MCP_ENV itself.");
            return new SettingsLoad(null, [error]);
        }
    }

    private SettingsLoad Load()
    {
        var resolver = new SettingsResolver(_layers, _problems, _scope.Users);
        var options = _schema.Groups.ToDictionary(group => group.OptionsType, group => Activator.CreateInstance(group.OptionsType)!);
        var settings = new Dictionary<string, ResolvedSetting>(StringComparer.Ordinal);

        foreach (var group in _schema.Groups)
        {
            foreach (var definition in group.Definitions)
            {
                settings[definition.Name] = Resolve(definition, resolver, options[group.OptionsType]);
            }
        }

        new UnknownSettings(_schema, _problems).Report(_layers);

        // What must be there depends on the environment; without a valid one every further error would be noise.
        var environmentIsKnown = !_problems.Has("MCP_ENV");
        if (environmentIsKnown)
        {
            new SecretRules(settings, _problems, _scope, _layers.Environment.Name).Apply();
        }

        foreach (var setting in settings.Values)
        {
            setting.Definition.Property.SetValue(options[setting.Definition.Property.DeclaringType!], setting.Value);
        }

        var connections = environmentIsKnown ? new ConnectionSettings(_inputs, _problems, _scope, _layers).Build(options, settings) : [];
        var snapshot = new SettingsSnapshot(_layers.Environment.Name, options, [.. settings.Values], connections, new SettingsLoadReport(_problems.Warnings));
        return new SettingsLoad(snapshot, _problems.Errors);
    }

    private ResolvedSetting Resolve(SettingDefinition definition, SettingsResolver resolver, object options)
    {
        var standard = new ResolvedSetting(definition, definition.Default, ResolvedSetting.DefaultSource);
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
